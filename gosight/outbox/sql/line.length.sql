select count(*) as total from deliveries where state = 'pending'
