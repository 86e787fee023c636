select m.id
from memberships s
join members m on m.id = s.member_id
where s.project = :project and m.email = :email
