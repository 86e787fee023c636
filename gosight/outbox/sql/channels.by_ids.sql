select number, id, project, type, name, address, secret, off_reason, off_at, created_at
from channels
where project = :project and id in (select value from json_each(:ids))
order by number
