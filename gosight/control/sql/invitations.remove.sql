delete from invitations where project = :project and id = :id
