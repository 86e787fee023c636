update alert_rules set last_triggered = :at where number = :number
