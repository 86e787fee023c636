-- Events stored in each of the last minutes, as whole minutes since 1970.
select epoch_us(received_at) // 60000000 as minute, count(*) as events
from events
join sessions using (session_no)
where received_at >= make_timestamp($since) and received_at <= make_timestamp($now) and not is_bot
group by 1
