delete from timed_mirror where id in (select value from json_each(:ids))
