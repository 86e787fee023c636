select count(*) as total from saved_queries where project = :project
