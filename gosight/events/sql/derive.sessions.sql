-- Sessions that began: what came with their earliest event so far. Their figures follow.
with told as (
  select from_json(j::json, $types) as r
  from arrivals
  where j ->> '$.session_no' is not null
),
earliest as (
  select r
  from told
  qualify row_number() over (partition by r.session_no order by r.context_at, r.visitor_id) = 1
)
insert into sessions (
  session_no, session_id, session_hash, visitor_id, visitor_hash, context_at, last_received_at, browser, browser_version, os,
  os_version, device_type, is_bot, screen, viewport, language, timezone, country, region, city, ip, source
)
select
  r.session_no, r.session_id, r.session_hash, r.visitor_id, r.visitor_hash, make_timestamp(r.context_at),
  make_timestamp(r.last_received_at), r.browser, r.browser_version, r.os, r.os_version, r.device_type, r.is_bot, r.screen,
  r.viewport, r.language, r.timezone, r.country, r.region, r.city, r.ip, 'direct'
from earliest
where r.session_no not in (select session_no from sessions where session_no >= $first)
