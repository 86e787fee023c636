delete from deliveries where state <> 'pending' and created_at < :before
