select value from secrets where name = :name
