-- Sessions with an event within the last minutes, by receipt and by its own time; when the last was.
select session_no, least(epoch_us(last_received_at), epoch_us(ended_at)) as last_at
from sessions
where last_received_at >= make_timestamp($online) and ended_at >= make_timestamp($online) and not is_bot and event_count > 0
order by last_at
