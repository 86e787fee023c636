-- Figures of these sessions from all their events, and from the pages just derived. Where a visit has named several users, or no
-- page view with an address, its events are asked in order of moment and sequence; that is dear, and seldom needed.
with mine as (
  select session_no, ts, received_at, type, user_id
  from events
  where session_no between $first and $last and session_no in (select unnest($touched::bigint[]))
),
figures as materialized (
  select
    session_no, min(ts) as started_at, max(ts) as ended_at, max(received_at) as last_received_at,
    count(*) as event_count, count(*) filter (where type = 'page_view') as page_count,
    count(*) filter (where type = 'click') as click_count, count(*) filter (where type = 'js_error') as error_count,
    min(user_id) as a_user, max(user_id) as another_user
  from mine
  group by session_no
),
ends as materialized (
  select
    session_no, arg_min(url, position) filter (where url is not null) as entry_url,
    arg_max(url, position) filter (where url is not null) as exit_url,
    arg_min(path, position) filter (where path is not null) as entry_path,
    arg_max(path, position) filter (where path is not null) as exit_path
  from pages
  where session_no between $first and $last and session_no in (select unnest($touched::bigint[]))
  group by session_no
),
odd as materialized (
  select f.session_no
  from figures as f
  left join ends on ends.session_no = f.session_no
  where f.a_user != f.another_user or ends.entry_url is null or ends.entry_path is null
),
placed as (
  select session_no, url, path, user_id, epoch_us(ts)::hugeint * 1099511627776 + seq as place
  from events
  where session_no between $first and $last and session_no in (select session_no from odd)
),
searched as (
  select
    session_no, arg_max(user_id, place) filter (where user_id is not null) as user_id,
    arg_min(url, place) filter (where url is not null) as entry_url,
    arg_max(url, place) filter (where url is not null) as exit_url,
    arg_min(path, place) filter (where path is not null) as entry_path,
    arg_max(path, place) filter (where path is not null) as exit_path
  from placed
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
  last_received_at = f.last_received_at, user_id = coalesce(searched.user_id, f.a_user),
  entry_url = coalesce(ends.entry_url, searched.entry_url), entry_path = coalesce(ends.entry_path, searched.entry_path),
  exit_url = coalesce(ends.exit_url, searched.exit_url), exit_path = coalesce(ends.exit_path, searched.exit_path),
  page_count = f.page_count, event_count = f.event_count, click_count = f.click_count, error_count = f.error_count,
  rage_click_count = coalesce(found.rage, 0), dead_click_count = coalesce(found.dead, 0),
  error_click_count = coalesce(found.error, 0), thrashed_cursor_count = coalesce(found.thrashed, 0)
from figures as f
left join ends on ends.session_no = f.session_no
left join searched on searched.session_no = f.session_no
left join found on found.session_no = f.session_no
where sessions.session_no = f.session_no and sessions.session_no between $first and $last
