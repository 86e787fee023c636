-- Most viewed paths of the latest events, of at least $least sessions. Bots left out.
select e.path as path
from events as e
join sessions as s on s.session_no = e.session_no
where
  e.seq > (select max(seq) from events) - $latest and not s.is_bot and e.type = 'page_view' and e.path is not null
  and length(e.path) <= 100
group by e.path
having count(distinct e.session_no) >= $least
order by count(*) desc, e.path
limit $most
