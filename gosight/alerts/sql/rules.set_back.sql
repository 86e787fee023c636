-- The clock was ahead and is right again.
update alert_rules set since = min(since, :now) where project = :project
