-- Who belongs to it already keeps the role they have.
insert into memberships (project, member_id, role, joined_at)
values (:project, :member, :role, :at)
on conflict do nothing
