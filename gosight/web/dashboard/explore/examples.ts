/** Queries to begin with, in ClickHouse's dialect as most people know it; DuckDB's own works as well. */
export type Example = { name: string; meaning: string; sql: string };

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

export function examplesFor(project: string): Example[] {
  const mine = `customer_id = ${quoted(project)}`;
  return [
    {
      name: "Total events",
      meaning: "How many events, visitors and named users there are",
      sql: `SELECT
  count() AS total_events,
  uniq(visitor_id) AS unique_visitors,
  uniq(user_id) AS identified_users
FROM events_raw
WHERE ${mine}`,
    },
    {
      name: "Events over time",
      meaning: "The last 24 hours, by the hour",
      sql: `SELECT
  toStartOfHour(timestamp) AS hour,
  count() AS event_count,
  uniq(visitor_id) AS unique_visitors
FROM events_raw
WHERE ${mine}
  AND timestamp >= now() - INTERVAL 24 HOUR
GROUP BY hour
ORDER BY hour DESC`,
    },
    {
      name: "Top events",
      meaning: "What happens most",
      sql: `SELECT
  event_type,
  count() AS count,
  uniq(visitor_id) AS unique_visitors
FROM events_raw
WHERE ${mine}
GROUP BY event_type
ORDER BY count DESC
LIMIT 10`,
    },
    {
      name: "User journey",
      meaning: "What one visitor did, the latest first",
      sql: `SELECT
  timestamp,
  event_type,
  event_name,
  properties
FROM events_raw
WHERE ${mine}
  AND visitor_id = (
    SELECT argMax(visitor_id, timestamp) FROM events_raw WHERE ${mine}
  )
ORDER BY timestamp DESC
LIMIT 100`,
    },
    {
      name: "Cart abandonment",
      meaning: "Who looked at pricing three times and left a cart",
      sql: `SELECT
  visitor_id,
  count(*) AS pricing_views,
  max(timestamp) AS last_pricing_view,
  any(timestamp) AS cart_abandon_time
FROM events_raw
WHERE ${mine}
  AND event_type = 'page_view'
  AND JSONExtractString(properties, 'page') LIKE '%pricing%'
  AND visitor_id IN (
    SELECT visitor_id FROM events_raw
    WHERE ${mine}
      AND event_type = 'cart_abandon'
  )
GROUP BY visitor_id
HAVING pricing_views >= 3
ORDER BY pricing_views DESC`,
    },
  ];
}
