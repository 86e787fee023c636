-- Visits that go on, the latest event first, each beside how many there are at all and how many visitors that is.
select
  session_id, visitor_id, user_id, country, city, device_type as device, browser, os, source, started_at, ended_at as last_event_at,
  coalesce(exit_path, entry_path) as path, page_count, event_count, coalesce(has_replay, false) as has_replay,
  count(*) over () as total, count(distinct visitor_hash) over () as visitors
from sessions
where last_received_at >= make_timestamp($online) and ended_at >= make_timestamp($online) and not is_bot and event_count > 0
order by ended_at desc, session_no desc
limit $limit
