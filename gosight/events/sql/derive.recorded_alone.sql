-- A session without any event begins and ends with what was recorded of it. Once there are events, they alone decide (`derive.figures`).
with told as (
  select
    (j ->> '$.recorded')::bigint as session_no, make_timestamp(min((j ->> '$.starts_at')::bigint)) as starts_at,
    make_timestamp(max((j ->> '$.ends_at')::bigint)) as ends_at,
    make_timestamp(max((j ->> '$.received')::bigint)) as received_at
  from arrivals
  where j ->> '$.recorded' is not null
  group by 1
)
update sessions
set
  started_at = least(sessions.started_at, told.starts_at), ended_at = greatest(sessions.ended_at, told.ends_at),
  duration_ms = epoch_ms(greatest(sessions.ended_at, told.ends_at)) - epoch_ms(least(sessions.started_at, told.starts_at)),
  last_received_at = greatest(sessions.last_received_at, told.received_at), page_count = 0, event_count = 0, click_count = 0,
  error_count = 0, rage_click_count = 0, dead_click_count = 0, error_click_count = 0, thrashed_cursor_count = 0
from told
where sessions.session_no = told.session_no and sessions.session_no >= $first and coalesce(sessions.event_count, 0) = 0
