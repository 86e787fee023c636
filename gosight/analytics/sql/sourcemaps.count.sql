select count(*) as total from sourcemaps where project = :project and (:release is null or release = :release)
