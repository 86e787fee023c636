delete from api_keys where project = :project and id = :id
