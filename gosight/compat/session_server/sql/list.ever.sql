-- When the first and the last session of a project began; null where there is none.
select min(started_at) as first_at, max(started_at) as last_at from timed_sessions where project = :project
