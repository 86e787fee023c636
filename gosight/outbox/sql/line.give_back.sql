update deliveries set claimed_until = 0 where number = :number
