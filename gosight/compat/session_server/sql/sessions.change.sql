update timed_sessions
set
  state = :state, last_step_at = :last_step_at, last_seen_at = :last_seen_at, active_since = :active_since, active_us = :active_us,
  ended_at = :ended_at, closed_by = :closed_by, steps = :steps, received_at = :received_at
where number = :number
