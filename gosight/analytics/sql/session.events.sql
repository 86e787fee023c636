-- A session's events in the order in which they happened.
select coalesce(sender_id, 'evt_' || seq) as id, type, name, ts, url, path, coalesce(whole, payload) as payload
from events
where session_no = $session_no and ($types is null or type in (select unnest($types::varchar[])))
order by ts, seq
limit $limit offset $offset
