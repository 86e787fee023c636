update deliveries
set state = :state, reason = :reason, tries = :tries, next_attempt_at = :next_attempt_at, claimed_until = 0
where number = :number
