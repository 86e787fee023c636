-- The first event that a project ever had.
select e.ts, e.path, s.session_id, s.visitor_id
from events as e
join sessions as s on s.session_no = e.session_no
where e.seq = (select min(seq) from events)
