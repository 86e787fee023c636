update alert_history
set resolved_at = max(:at, triggered_at), ended = :ended
where project = :project and rule_id = :rule_id and ended is null
