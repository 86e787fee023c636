delete from alert_states where rule = :rule
