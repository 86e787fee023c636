delete from sourcemaps where project = :project and release = :release and file = :file returning id
