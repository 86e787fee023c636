-- Who one visitor is over all their sessions, bots too: whoever opens the page wants to see everything.
with mine as (
  select *, epoch_us(started_at)::hugeint * 1099511627776 + session_no as place
  from sessions
  where visitor_hash = $hash and visitor_id = $visitor_id and started_at is not null
)
select
  count(*) as sessions, min(started_at) as first_seen, max(ended_at) as last_seen, arg_min(source, place) as source,
  arg_max(user_id, place) filter (where user_id is not null) as user_id, arg_max(session_id, ended_at) as last_session_id,
  coalesce(sum(page_count), 0)::bigint as page_count, coalesce(sum(event_count), 0)::bigint as event_count,
  coalesce(sum(click_count), 0)::bigint as click_count, coalesce(sum(error_count), 0)::bigint as error_count,
  coalesce(sum(rage_click_count), 0)::bigint as rage_click_count,
  coalesce(sum(dead_click_count), 0)::bigint as dead_click_count,
  coalesce(sum(error_click_count), 0)::bigint as error_click_count,
  coalesce(sum(thrashed_cursor_count), 0)::bigint as thrashed_cursor_count
from mine
