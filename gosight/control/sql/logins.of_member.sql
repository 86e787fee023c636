select id, member_id, created_at, last_used_at, expires_at, ip, user_agent
from logins
where member_id = :member and expires_at > :now
order by last_used_at desc, id
