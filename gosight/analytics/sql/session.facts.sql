-- Everything that is known of one session.
select
  * exclude (session_hash, visitor_hash, context_at, entry_at, ip, has_replay, had_replay), coalesce(has_replay, false) as has_replay,
  coalesce(had_replay, false) as had_replay
from sessions
where session_hash = $hash and session_id = $session_id and started_at is not null
limit 1
