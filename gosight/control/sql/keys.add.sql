insert into api_keys (id, project, name, digest, key_prefix, permissions, created_at)
values (:id, :project, :name, :digest, :key_prefix, :permissions, :at)
