update timed_sessions
set last_seen_at = max(last_seen_at, :now), received_at = max(received_at, :now)
where number = :number
