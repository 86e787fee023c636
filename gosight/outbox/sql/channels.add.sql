insert into channels (id, project, type, name, address, secret, identity, created_at)
values (:id, :project, :type, :name, :address, :secret, :identity, :now)
