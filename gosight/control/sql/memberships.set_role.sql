update memberships set role = :role where project = :project and member_id = :member
