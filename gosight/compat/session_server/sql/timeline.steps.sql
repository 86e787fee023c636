select s.session as number, s.step, s.told_at
from timed_steps as s
where s.session in (select value from json_each(:sessions))
order by s.session, s.position
