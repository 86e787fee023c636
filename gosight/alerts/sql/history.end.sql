update alert_history set resolved_at = max(:at, triggered_at), ended = :ended where number = :number and ended is null
