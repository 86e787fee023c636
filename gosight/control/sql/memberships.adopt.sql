-- The first member takes over the projects that were made before anybody was there.
insert into memberships (project, member_id, role, joined_at)
select number, :member, 'owner', :at
from projects
where number not in (select project from memberships)
