select fault, status, changed_at from fault_marks where project = :project and status != 'open'
