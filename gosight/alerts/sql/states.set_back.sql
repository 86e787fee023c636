-- The clock was ahead and is right again: what lies ahead of it was a moment ago.
update alert_states
set triggered_at = min(triggered_at, :now), resolved_at = min(resolved_at, :now)
where rule in (select number from alert_rules where project = :project)
