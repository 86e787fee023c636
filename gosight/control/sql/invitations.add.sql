insert into invitations (id, project, email, role, digest, created_at, expires_at)
values (:id, :project, :email, :role, :digest, :at, :expires_at)
on conflict (project, email) do update
set id = excluded.id, role = excluded.role, digest = excluded.digest,
    created_at = excluded.created_at, expires_at = excluded.expires_at
