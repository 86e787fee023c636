update members set password_hash = :password_hash where id = :id
