-- A session's events in the order in which they happened; fault: which one an error is of.
select
  e.seq, coalesce(e.sender_id, 'evt_' || e.seq) as id, e.type, e.name, e.ts, e.url, e.path,
  coalesce(e.whole, e.payload) as payload, o.fault as fault
from events as e
left join occurrences as o on o.seq = e.seq and o.session_no = $session_no
where e.session_no = $session_no and ($types is null or e.type in (select unnest($types::varchar[])))
order by e.ts, e.seq
limit $limit offset $offset
