-- What fires no more and has nothing to keep from firing.
delete from alert_states where rule = :rule and resolved_at < :before and triggered_at < :before - :cooldown
