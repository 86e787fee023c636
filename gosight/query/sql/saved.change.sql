update saved_queries
set name = :name, description = :description, sql = :sql, shown = :shown, changed_by = :by, changed_at = :now
where number = :number
