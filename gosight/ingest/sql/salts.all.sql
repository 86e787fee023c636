select name, value from secrets where name like 'salt:%'
