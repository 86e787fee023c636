insert into timed_sessions (
  id, project, user, state, started_at, last_step_at, last_seen_at, active_since, active_us, ended_at, closed_by, steps, received_at
)
values (
  :id, :project, :user, :state, :started_at, :last_step_at, :last_seen_at, :active_since, :active_us, :ended_at, :closed_by, :steps,
  :received_at
)
