select count(*) as sessions, coalesce(sum(event_count), 0)::bigint as events
from sessions
where started_at >= make_timestamp($since) and not is_bot
