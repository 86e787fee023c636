select count(*) as owners from memberships where project = :project and role = 'owner'
