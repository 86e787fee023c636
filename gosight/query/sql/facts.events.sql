-- What the latest events are called, the most frequent first. Bots left out.
select e.type as event_type, e.name as event_name, count(*) as times
from events as e
join sessions as s on s.session_no = e.session_no
where e.seq > (select max(seq) from events) - $latest and not s.is_bot and length(e.type) <= 100
group by e.type, e.name
order by times desc, e.type, e.name
limit $most
