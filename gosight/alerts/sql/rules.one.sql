select * from alert_rules where project = :project and id = :id
