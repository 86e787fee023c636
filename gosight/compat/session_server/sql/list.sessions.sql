select *
from timed_sessions
where
  project = :project and (:user is null or user = :user) and started_at >= :from and started_at < :to
  and (:state is null or state = :state)
order by started_at desc, number desc
limit :per_page offset :skip
