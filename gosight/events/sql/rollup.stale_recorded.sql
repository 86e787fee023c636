-- The same for sessions of which something was recorded.
insert into stale_days
select distinct started_at::date
from sessions
where
  session_no >= $first
  and session_no in (select (j ->> '$.recorded')::bigint from arrivals where j ->> '$.recorded' is not null)
  and started_at < (select until from rolled_up)::timestamp and started_at::date not in (select day from stale_days)
