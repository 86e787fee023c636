-- Figures of two spans: is_now tells which. A bounce is a session with one page view. Signals are counted, not sessions, but for
-- error_sessions and frustrated_sessions.
select
  started_at >= make_timestamp($middle) as is_now, count(*) as sessions, coalesce(sum(page_count), 0)::bigint as pageviews,
  coalesce(sum(event_count), 0)::bigint as events, sum(duration_ms)::double / 1000 / count(*) as avg_session_duration,
  100.0 * count(*) filter (where page_count = 1) / count(*) as bounce_rate,
  coalesce(sum(rage_click_count), 0)::bigint as rage_clicks, coalesce(sum(dead_click_count), 0)::bigint as dead_clicks,
  coalesce(sum(error_click_count), 0)::bigint as error_clicks,
  coalesce(sum(thrashed_cursor_count), 0)::bigint as thrashed_cursors,
  count(*) filter (where error_count > 0) as error_sessions,
  count(*) filter (
    where rage_click_count > 0 or dead_click_count > 0 or error_click_count > 0 or thrashed_cursor_count > 0
  ) as frustrated_sessions
from chosen_sessions(
  $since, $until, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
)
group by is_now
