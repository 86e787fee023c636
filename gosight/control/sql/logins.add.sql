insert into logins (id, member_id, created_at, last_used_at, expires_at, ip, user_agent)
values (:id, :member_id, :created_at, :last_used_at, :expires_at, :ip, :user_agent)
