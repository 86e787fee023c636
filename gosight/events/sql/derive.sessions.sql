-- Sessions that began. Their figures follow.
insert into sessions (
  session_no, session_id, session_hash, visitor_id, visitor_hash, context_at, entry_at, last_received_at, browser,
  browser_version, os, os_version, device_type, is_bot, screen, viewport, language, timezone, country, region, city, ip,
  referrer, source, utm_source, utm_medium, utm_campaign
)
select
  r.session_no, r.session_id, r.session_hash, r.visitor_id, r.visitor_hash, make_timestamp(r.context_at),
  make_timestamp(r.entry_at), make_timestamp(r.last_received_at), r.browser, r.browser_version, r.os, r.os_version,
  r.device_type, r.is_bot, r.screen, r.viewport, r.language, r.timezone, r.country, r.region, r.city, r.ip,
  r.referrer, coalesce(r.source, 'direct'), r.utm_source, r.utm_medium, r.utm_campaign
from (select from_json(j::json, $types) as r from arrivals where contains(j, '"is_new":true')) as began
