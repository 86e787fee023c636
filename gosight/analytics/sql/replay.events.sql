-- What a player marks on its timeline of one session, the earliest first: what somebody did, saw or met.
select
  e.seq, coalesce(e.sender_id, 'evt_' || e.seq) as id, e.type, e.name, e.ts, e.url, e.path, e.payload, o.fault as fault
from events as e
left join occurrences as o on o.seq = e.seq and o.session_no = $session_no
where
  e.session_no = $session_no
  and e.type not in (
    'page_exit', 'scroll', 'mouse_move', 'web_vital', 'dead_click', 'session_start', 'session_end', 'identify'
  )
order by e.ts, e.seq
limit $most
