-- What signals are found from, of sessions that can have one: clicks close in time, an error beside clicks, dead clicks, cursors.
with mine as (
  select session_no, seq, ts, received_at, type, path, url, payload
  from events
  where
    session_no between $first and $last
    and session_no in (select unnest($touched::bigint[]))
    and type in ('click', 'dead_click', 'js_error', 'mouse_move')
),
paced as (
  select
    session_no,
    epoch_ms(ts) - lag(epoch_ms(ts), $clicks_before::integer) over (partition by session_no order by ts) as span_ms
  from mine
  where type = 'click'
),
candidates as (
  select session_no from paced where span_ms <= $rage_window_ms
  union
  select session_no from mine where type = 'dead_click'
  union
  select session_no from mine group by session_no having bool_or(type = 'click') and bool_or(type = 'js_error')
  union
  select session_no
  from mine
  where type = 'mouse_move'
  group by session_no
  having sum(json_array_length(payload, '$.points')) >= $points
)
select session_no, epoch_us(received_at) as received, epoch_ms(ts) as ts_ms, type, path, url, payload
from mine
where session_no in (select session_no from candidates)
qualify coalesce(sum(strlen(payload)) over (partition by session_no order by ts, seq rows unbounded preceding), 0) <= $bytes
order by session_no, ts, seq
