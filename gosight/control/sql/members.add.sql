insert into members (id, email, name, password_hash, created_at)
values (:id, :email, :name, :password_hash, :created_at)
