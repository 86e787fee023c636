update deliveries set state = 'skipped', reason = :reason, next_attempt_at = null
where channel = :channel and state = 'pending'
