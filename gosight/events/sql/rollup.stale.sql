-- Days of these sessions that have been added up already: both where a row stood and where it stands anew.
insert into stale_days
select distinct started_at::date
from sessions
where
  session_no between $first and $last and session_no in (select unnest($touched::bigint[]))
  and started_at < (select until from rolled_up)::timestamp and started_at::date not in (select day from stale_days)
