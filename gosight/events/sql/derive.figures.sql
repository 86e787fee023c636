-- Figures of these sessions from all their events. Moments and sequence order events that share a moment.
with mine as (
  select *, epoch_us(ts)::hugeint * 1099511627776 + seq as place
  from events
  where session_no between $first and $last and session_no in (select unnest($touched::bigint[]))
),
figures as (
  select
    session_no, min(ts) as started_at, max(ts) as ended_at, max(received_at) as last_received_at,
    count(*) as event_count, count(*) filter (where type = 'page_view') as page_count,
    count(*) filter (where type = 'click') as click_count, count(*) filter (where type = 'js_error') as error_count,
    arg_max(user_id, place) filter (where user_id is not null) as user_id,
    coalesce(
      arg_min(url, place) filter (where type = 'page_view' and url is not null),
      arg_min(url, place) filter (where url is not null)
    ) as entry_url,
    coalesce(
      arg_max(url, place) filter (where type = 'page_view' and url is not null),
      arg_max(url, place) filter (where url is not null)
    ) as exit_url,
    coalesce(
      arg_min(path, place) filter (where type = 'page_view' and path is not null),
      arg_min(path, place) filter (where path is not null)
    ) as entry_path,
    coalesce(
      arg_max(path, place) filter (where type = 'page_view' and path is not null),
      arg_max(path, place) filter (where path is not null)
    ) as exit_path
  from mine
  group by session_no
),
found as (
  select
    session_no, count(*) filter (where type = 'rage_click') as rage, count(*) filter (where type = 'dead_click') as dead,
    count(*) filter (where type = 'error_click') as error, count(*) filter (where type = 'thrashed_cursor') as thrashed
  from signals
  where session_no between $first and $last and session_no in (select unnest($touched::bigint[]))
  group by session_no
)
update sessions
set
  started_at = f.started_at, ended_at = f.ended_at, duration_ms = epoch_ms(f.ended_at) - epoch_ms(f.started_at),
  last_received_at = f.last_received_at, user_id = f.user_id, entry_url = f.entry_url, entry_path = f.entry_path,
  exit_url = f.exit_url, exit_path = f.exit_path, page_count = f.page_count, event_count = f.event_count,
  click_count = f.click_count, error_count = f.error_count, rage_click_count = coalesce(found.rage, 0),
  dead_click_count = coalesce(found.dead, 0), error_click_count = coalesce(found.error, 0),
  thrashed_cursor_count = coalesce(found.thrashed, 0)
from figures as f
left join found on found.session_no = f.session_no
where sessions.session_no = f.session_no and sessions.session_no between $first and $last
