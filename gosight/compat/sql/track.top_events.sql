select type as event_type, count(*) as count
from events
join sessions using (session_no)
where ts >= make_timestamp($since) and ts < make_timestamp($until) and not is_bot
group by 1
order by 2 desc, 1
limit $limit
