-- Errors whose occurrences are to be written.
select seq, session_no, epoch_us(ts) as ts, epoch_us(received_at) as received_at, url, path, payload
from events
where seq > $after and seq <= $upto and type = 'js_error'
order by seq desc
limit $most
