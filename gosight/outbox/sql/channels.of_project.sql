select number, id, project, type, name, address, secret, off_reason, off_at, created_at
from channels
where project = :project
order by number
