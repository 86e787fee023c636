-- Events of some sessions, newest first; fault: which one an error is of.
select
  e.seq, coalesce(e.sender_id, 'evt_' || e.seq) as id, e.type, e.name, e.ts, e.url, e.path,
  coalesce(e.whole, e.payload) as payload, s.session_id, o.fault as fault
from events as e
join sessions as s on s.session_no = e.session_no
left join occurrences as o on o.seq = e.seq and o.session_no between $first and $last
where
  e.session_no between $first and $last and s.session_no between $first and $last
  and e.session_no in (select unnest($sessions::bigint[]))
  and ($types is null or e.type in (select unnest($types::varchar[])))
order by e.ts desc, e.seq desc
limit $limit offset $offset
