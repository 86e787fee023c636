update logins set last_used_at = :at, expires_at = :expires_at where id = :id
