-- What was stored behind a position, in the order stored; of the last minutes, as far as they go back.
select seq, type, name, visitor_id, epoch_us(ts) as at
from events
join sessions using (session_no)
where seq > $after and received_at >= make_timestamp($since) and not is_bot
order by seq
limit $limit
