-- Sums over all sessions, and over those that are over. Time counts once its stretch is over, also of a session that goes on.
select
  count(*) as sessions, count(*) filter (where state != 'ended') as going_on, coalesce(sum(active_us), 0) as active_us,
  count(*) filter (where state = 'ended') as ended,
  coalesce(sum(active_us) filter (where state = 'ended'), 0) as ended_us,
  coalesce(max(active_us) filter (where state = 'ended'), 0) as longest_us,
  coalesce(min(active_us) filter (where state = 'ended'), 0) as shortest_us
from timed_sessions
where project = :project and (:user is null or user = :user) and started_at >= :from and started_at < :to
