select id, email, name, password_hash, created_at from members where id = :id
