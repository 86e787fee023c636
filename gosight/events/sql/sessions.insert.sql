-- New sessions of one group; their figures are derived later, until then they stand at nothing.
insert into sessions (
  session_no, session_id, session_hash, visitor_id, visitor_hash, context_at, last_received_at, browser,
  browser_version, os, os_version, device_type, is_bot, screen, viewport, language, timezone, country, region, city, ip, source
)
select
  r.session_no, r.session_id, r.session_hash, r.visitor_id, r.visitor_hash, make_timestamp(r.context_at),
  make_timestamp(r.last_received_at), r.browser, r.browser_version, r.os, r.os_version,
  r.device_type, r.is_bot, r.screen, r.viewport, r.language, r.timezone, r.country, r.region, r.city, r.ip, 'direct'
from (select from_json(j::json, $types) as r from (select unnest($rows::varchar[]) as j))
