-- Everything that is known of one session.
select * exclude (session_hash, visitor_hash, context_at, entry_at, ip)
from sessions
where session_hash = $hash and session_id = $session_id and started_at is not null
limit 1
