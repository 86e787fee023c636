update logins set last_used_at = :at where id = :id and last_used_at < :at
