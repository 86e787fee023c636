delete from secrets where name = :name
