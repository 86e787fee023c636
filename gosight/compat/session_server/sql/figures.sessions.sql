-- When sessions began, by pages of them; user null: of everybody.
select number, started_at, state, active_us
from timed_sessions
where project = :project and (:user is null or user = :user) and number > :after and started_at >= :from and started_at < :to
order by number
limit 5000
