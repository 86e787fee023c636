select * from timed_sessions where id = :id and project = :project
