select count(*) as total from deliveries where channel = :channel and state = 'pending'
