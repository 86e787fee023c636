-- Rows of these sessions anew, with figures from all their events; moments and sequence order events that share a moment. Rows are
-- added and the old ones deleted (`derive.outdated`): to update 17 columns of a row costs ten times as much.
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
insert into sessions
select
  s.* replace (
    $derivation as derivation, f.started_at as started_at, f.ended_at as ended_at,
    epoch_ms(f.ended_at) - epoch_ms(f.started_at) as duration_ms, f.last_received_at as last_received_at,
    f.user_id as user_id, f.entry_url as entry_url, f.entry_path as entry_path, f.exit_url as exit_url,
    f.exit_path as exit_path, f.page_count as page_count, f.event_count as event_count, f.click_count as click_count,
    f.error_count as error_count, coalesce(found.rage, 0) as rage_click_count, coalesce(found.dead, 0) as dead_click_count,
    coalesce(found.error, 0) as error_click_count, coalesce(found.thrashed, 0) as thrashed_cursor_count
  )
from sessions as s
join figures as f on f.session_no = s.session_no
left join found on found.session_no = f.session_no
where s.session_no between $first and $last
order by s.session_no
