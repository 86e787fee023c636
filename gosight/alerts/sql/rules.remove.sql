delete from alert_rules where number = :number
