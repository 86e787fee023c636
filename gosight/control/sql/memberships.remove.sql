delete from memberships where project = :project and member_id = :member
