update deliveries set state = 'pending', reason = null, tries = 0, next_attempt_at = :now
where number = :number
