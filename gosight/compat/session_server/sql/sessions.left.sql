-- Nobody has asked for these for long: those left longest first.
select *
from timed_sessions
where state != 'ended' and received_at < :before and project = :project
order by received_at
limit 500
