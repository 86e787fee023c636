-- When the first of these sessions' events was received.
select coalesce(epoch_us(min(received_at)), 0) as received
from events
where session_no between $first and $last and session_no in (select unnest($touched::bigint[]))
