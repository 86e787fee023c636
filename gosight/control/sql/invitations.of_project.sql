select id, email, role, created_at, expires_at
from invitations
where project = :project and expires_at > :now
order by created_at, id
