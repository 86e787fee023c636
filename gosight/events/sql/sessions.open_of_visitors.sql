-- Sessions that these visitors may still be in, the latest last.
select
  session_no, session_id, visitor_id,
  epoch_us(case when event_count > 0 and context_at < timestamp '9500-01-01' then started_at else context_at end) as context_at,
  epoch_us(last_received_at) as received_at, is_bot, coalesce(event_count, 0) > 0 as is_begun
from sessions
where visitor_hash = any($hashes::bigint[]) and last_received_at >= make_timestamp($since)
order by last_received_at, session_no
