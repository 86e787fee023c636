insert into saved_queries (id, project, name, description, sql, shown, created_by, created_at, changed_by, changed_at)
values (:id, :project, :name, :description, :sql, :shown, :by, :now, :by, :now)
