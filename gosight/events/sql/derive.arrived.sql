-- What arrived beside events: how many hashes and sessions, and from which session on.
select
  count(j ->> '$.hash') as hashes, count(j ->> '$.session_no') as sessions,
  coalesce(min((j ->> '$.session_no')::bigint), 0) as first
from arrivals
