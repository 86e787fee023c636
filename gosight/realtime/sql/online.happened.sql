-- What happened last, the latest first.
select session_id, type as event_type, ts as timestamp, name, path
from events
join sessions using (session_no)
where received_at >= make_timestamp($since) and ts >= make_timestamp($since) and not is_bot
order by ts desc, seq desc
limit $limit
