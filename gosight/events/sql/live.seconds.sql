-- Events stored within the last minute, by second.
select epoch_us(received_at) // 1000000 as second, count(*) as events
from events
join sessions using (session_no)
where received_at > make_timestamp($minute) and received_at <= make_timestamp($now) and not is_bot
group by 1
order by 1
