-- One row per page view.
select
  $customer_id as customer_id,
  s.session_id as session_id,
  s.visitor_id as visitor_id,
  s.user_id as user_id,
  p.position as position,
  p.entered_at as entered_at,
  p.started_at as session_started_at,
  p.url as page_url,
  p.path as page_path,
  p.title as title,
  p.time_on_page_ms / 1000 as time_on_page_seconds,
  p.scroll_depth as scroll_depth,
  p.is_bot as is_bot,
  s.referrer as referrer,
  s.source as source,
  s.utm_source as utm_source,
  s.utm_medium as utm_medium,
  s.utm_campaign as utm_campaign,
  s.browser as browser,
  s.os as os,
  s.device_type as device,
  s.country as country,
  s.city as city
from pages as p
join sessions as s on s.session_no = p.session_no
