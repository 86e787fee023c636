delete from saved_queries where project = :project and id = :id
