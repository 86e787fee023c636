select l.member_id, l.id as login_id, l.expires_at, t.used_at
from refresh_tokens t
join logins l on l.id = t.login_id
where t.digest = :digest
