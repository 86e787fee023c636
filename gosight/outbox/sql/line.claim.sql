update deliveries set claimed_until = :until
where number = :number and state = 'pending' and next_attempt_at <= :now and claimed_until <= :now
