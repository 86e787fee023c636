delete from rolled_paths where day = $day::date
