select i.id, i.project, p.id as project_id, p.name as project_name, i.email, i.role,
       exists (select 1 from members m where m.email = i.email) as has_account
from invitations i
join projects p on p.number = i.project
where i.digest = :digest and i.expires_at > :now
