delete from channels where project = :project and id = :id
