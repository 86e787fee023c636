select judged_at as number from alert_progress where project = :project
