-- The session that a user began last of those that go on now.
select *
from timed_sessions
where project = :project and user = :user and state != 'ended' and last_step_at between :since and :now
order by started_at desc, number desc
limit 1
