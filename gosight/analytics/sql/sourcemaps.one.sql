select id from sourcemaps where project = :project and id = :id
