select count(*) as total from channels where project = :project
