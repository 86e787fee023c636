select count(*) as total from alert_rules where project = :project
