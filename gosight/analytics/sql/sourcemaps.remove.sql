delete from sourcemaps where project = :project and id = :id returning id
