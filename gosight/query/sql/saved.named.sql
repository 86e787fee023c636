select id from saved_queries where project = :project and name = :name
