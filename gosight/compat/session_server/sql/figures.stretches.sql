-- Stretches of active time that are over, by pages: from a start or resume to the step after it.
with page as (
  select number
  from timed_sessions
  where project = :project and (:user is null or user = :user) and number > :after and started_at >= :from and started_at < :to
  order by number
  limit 500
),
steps as (
  select session, step, told_at, lead(told_at) over (partition by session order by position) as until
  from timed_steps
  where session in (select number from page)
)
select session as number, told_at as began, coalesce(until, told_at) as until
from steps
where step in ('start', 'resume')
order by session
