select m.id as user_id, m.email, m.name, s.role, s.joined_at
from memberships s
join members m on m.id = s.member_id
where s.project = :project and s.member_id = :member
