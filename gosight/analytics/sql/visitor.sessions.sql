-- All sessions of one visitor, bots too: whoever opens the page wants to see everything.
select * exclude (session_hash, visitor_hash, context_at, entry_at, ip)
from sessions
where visitor_hash = $hash and visitor_id = $visitor_id and started_at is not null
order by started_at, session_no
