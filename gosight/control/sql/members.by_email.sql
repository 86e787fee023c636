select id, email, name, password_hash, created_at from members where email = :email
