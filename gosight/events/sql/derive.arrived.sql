-- What arrived beside events: how many hashes, new sessions, corrections and pieces of recordings, and from which session on.
select
  count(j ->> '$.hash') as hashes, count(j ->> '$.is_new') as sessions,
  count(j ->> '$.session_no') - count(j ->> '$.is_new') as corrections,
  coalesce(min((j ->> '$.session_no')::bigint), 0) as first,
  count(j ->> '$.recorded') as recorded, coalesce(min((j ->> '$.recorded')::bigint), 0) as first_recorded
from arrivals
