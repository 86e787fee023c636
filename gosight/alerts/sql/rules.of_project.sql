select * from alert_rules where project = :project order by number
