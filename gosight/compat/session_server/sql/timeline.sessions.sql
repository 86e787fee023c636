-- The latest, in the order in which they began.
select *
from (
  select *
  from timed_sessions
  where project = :project and (:user is null or user = :user)
  order by started_at desc, number desc
  limit :most
)
order by started_at, number
