-- One row per event. What is the same for a whole visit comes from its session; a page view's path stands in its properties too, as
-- "page", unless its sender said something else there.
select
  $customer_id as customer_id,
  coalesce(e.sender_id, 'evt_' || e.seq) as event_id,
  s.visitor_id as visitor_id,
  e.user_id as user_id,
  s.session_id as session_id,
  e.type as event_type,
  e.name as event_name,
  case
    when e.type <> 'page_view' or e.path is null then coalesce(e.payload, '{}')
    when e.payload is null or regexp_full_match(e.payload, '\s*\{\s*\}\s*') then '{"page":' || to_json(e.path) || '}'
    when contains(e.payload, '"page"') then e.payload
    else regexp_replace(e.payload, '\s*\}\s*$', '') || ',"page":' || to_json(e.path) || '}'
  end as properties,
  e.url as page_url,
  e.path as page_path,
  s.referrer as referrer,
  e.ts as timestamp,
  e.received_at as received_at,
  s.source as source,
  s.utm_source as utm_source,
  s.utm_medium as utm_medium,
  s.utm_campaign as utm_campaign,
  s.browser as browser,
  s.browser_version as browser_version,
  s.os as os,
  s.os_version as os_version,
  s.device_type as device,
  s.screen as screen,
  s.language as language,
  s.timezone as timezone,
  s.country as country,
  s.region as region,
  s.city as city,
  s.is_bot as is_bot
from events as e
join sessions as s on s.session_no = e.session_no
