delete from rolled_hours where day = $day::date
