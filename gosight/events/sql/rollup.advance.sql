update rolled_up set until = greatest(coalesce(until, '0001-01-01'::date), $day::date + 1)
