select id, name, key_prefix, permissions, last_used_at, created_at
from api_keys
where project = :project
order by created_at, rowid
