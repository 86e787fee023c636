insert into fault_marks (project, fault, status, changed_at) values (:project, :fault, :status, :at)
on conflict (project, fault) do update set status = excluded.status, changed_at = excluded.changed_at
