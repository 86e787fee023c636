-- Those that were added first, by pages.
select number, id, project, batch from timed_mirror where number > :after order by number limit 200
