select id from sourcemaps where project = :project
