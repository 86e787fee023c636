-- One row per JavaScript error.
select
  $customer_id as customer_id,
  'evt_' || o.seq as event_id,
  'err_' || lpad(lower(to_hex(o.fault)), 16, '0') as error_id,
  o.error_type as error_type,
  o.message as message,
  o.filename as filename,
  o.lineno as line,
  o.colno as col,
  o.release as release,
  o.url as page_url,
  o.path as page_path,
  o.ts as timestamp,
  o.received_at as received_at,
  s.session_id as session_id,
  s.visitor_id as visitor_id,
  s.user_id as user_id,
  s.browser as browser,
  s.browser_version as browser_version,
  s.os as os,
  s.os_version as os_version,
  s.device_type as device,
  s.country as country,
  s.is_bot as is_bot
from occurrences as o
join sessions as s on s.session_no = o.session_no
