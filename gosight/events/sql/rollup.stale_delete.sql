delete from stale_days where day = $day::date
