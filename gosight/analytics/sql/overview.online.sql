-- Visitors with an event within the last minutes.
select count(distinct visitor_hash) as visitors
from sessions
where last_received_at >= make_timestamp($received) and ended_at >= make_timestamp($since) and not is_bot
