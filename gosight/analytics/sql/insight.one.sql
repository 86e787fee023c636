-- The nth signal of a kind that began at this moment of a session.
select s.session_no, s.type, s.ts, s.url, s.path, s.selector, s.details, c.session_id, c.visitor_id,
  coalesce(c.has_replay, false) as has_replay, $nth::bigint as nth
from signals as s
join sessions as c on c.session_no = s.session_no
where s.session_no = $session_no and s.type = $type and s.ts = make_timestamp($at)
order by s.path, s.selector
limit 1 offset $nth - 1
