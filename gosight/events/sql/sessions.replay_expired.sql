-- What was recorded of these sessions is gone.
update sessions
set has_replay = false, had_replay = true
where session_hash = any($hashes::bigint[]) and session_id in (select unnest($sessions::varchar[])) and has_replay
