-- Sessions of which something was recorded.
update sessions
set has_replay = true
where
  session_no >= $first and not coalesce(has_replay, false)
  and session_no in (select (j ->> '$.recorded')::bigint from arrivals where j ->> '$.recorded' is not null)
