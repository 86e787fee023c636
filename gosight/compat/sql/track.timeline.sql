-- Events and visitors of each minute, as whole minutes since 1970.
select epoch_us(ts) // 60000000 as minute, count(*) as event_count, count(distinct visitor_hash) as unique_visitors
from events
join sessions using (session_no)
where ts >= make_timestamp($since) and ts < make_timestamp($until) and not is_bot
group by 1
