insert into timed_mirror (id, project, batch) values (:id, :project, :batch)
