select revision as number from alert_rules where number = :number and is_active
