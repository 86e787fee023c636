"""Contract 2's own queries, word for word."""

TOTALS = """
SELECT
  count() as total_events,
  uniq(visitor_id) as unique_visitors,
  uniq(user_id) as identified_users
FROM events_raw
WHERE customer_id = 'demo_tenant';
"""
HOURS = """
SELECT
  toStartOfHour(timestamp) as hour,
  count() as event_count,
  uniq(visitor_id) as unique_visitors
FROM events_raw
WHERE customer_id = 'demo_tenant'
  AND timestamp >= now() - INTERVAL 24 HOUR
GROUP BY hour
ORDER BY hour DESC;
"""
TOP = """
SELECT
  event_type,
  count() as count,
  uniq(visitor_id) as unique_visitors
FROM events_raw
WHERE customer_id = 'demo_tenant'
GROUP BY event_type
ORDER BY count DESC
LIMIT 10;
"""
JOURNEY = """
SELECT
  timestamp,
  event_type,
  event_name,
  properties
FROM events_raw
WHERE customer_id = 'demo_tenant'
  AND visitor_id = 'visitor_123'
ORDER BY timestamp DESC
LIMIT 100;
"""
ABANDONED = """
SELECT
  visitor_id,
  count(*) as pricing_views,
  max(timestamp) as last_pricing_view,
  any(timestamp) as cart_abandon_time
FROM events_raw
WHERE customer_id = 'demo_tenant'
  AND event_type = 'page_view'
  AND JSONExtractString(properties, 'page') LIKE '%pricing%'
  AND visitor_id IN (
    SELECT visitor_id FROM events_raw
    WHERE customer_id = 'demo_tenant'
      AND event_type = 'cart_abandon'
  )
GROUP BY visitor_id
HAVING pricing_views >= 3
ORDER BY pricing_views DESC;
"""
PAGES_TODAY = (
    "SELECT JSONExtractString(properties, 'page') AS page, count() AS views, uniq(visitor_id) AS unique_visitors "
    "FROM events_raw WHERE customer_id = 'demo_tenant' AND event_type = 'page_view' AND toDate(timestamp) = today() "
    "GROUP BY page ORDER BY views DESC LIMIT 10"
)
