-- One row per sign of frustration: rage, dead and error clicks, thrashed cursors.
select
  $customer_id as customer_id,
  i.type as insight_type,
  i.ts as timestamp,
  i.url as page_url,
  i.path as page_path,
  i.selector as selector,
  i.details as details,
  s.session_id as session_id,
  s.visitor_id as visitor_id,
  s.user_id as user_id,
  s.browser as browser,
  s.os as os,
  s.device_type as device,
  s.country as country,
  s.is_bot as is_bot
from signals as i
join sessions as s on s.session_no = i.session_no
