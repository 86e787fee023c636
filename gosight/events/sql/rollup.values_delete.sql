delete from rolled_values where day = $day::date
