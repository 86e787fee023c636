-- A new project belongs to the member named, else to whoever became a member first, else (yet) to nobody.
insert into memberships (project, member_id, role, joined_at)
select :project, id, 'owner', :at
from members
where :member is null or id = :member
order by created_at, rowid
limit 1
