delete from sourcemaps where project = :project and release = :release returning id
