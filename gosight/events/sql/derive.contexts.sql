-- An event came that is earlier than all others of its session: who and where from is what was said with it.
with told as (
  select from_json(j::json, $types) as r
  from arrivals
  where j ->> '$.session_no' is not null and j ->> '$.is_new' is null
),
earliest as (
  select r
  from told
  qualify row_number() over (partition by r.session_no order by r.context_at, r.visitor_id) = 1
)
update sessions
set
  visitor_id = r.visitor_id, visitor_hash = r.visitor_hash, context_at = make_timestamp(r.context_at),
  browser = r.browser, browser_version = r.browser_version, os = r.os, os_version = r.os_version,
  device_type = r.device_type, is_bot = r.is_bot, screen = r.screen, viewport = r.viewport, language = r.language,
  timezone = r.timezone, country = r.country, region = r.region, city = r.city, ip = r.ip
from earliest
where sessions.session_no = r.session_no and sessions.session_no >= $first and make_timestamp(r.context_at) < sessions.context_at
