-- What totals and curves are made of, by slots of $step microseconds from $since on. A bounce is a session with one page view. Signals
-- are counted, not sessions, but for error_sessions and frustrated_sessions.
select
  (epoch_us(started_at) - $since) // $step * $step + $since as "at", count(*) as sessions,
  coalesce(sum(page_count), 0)::bigint as pageviews, coalesce(sum(event_count), 0)::bigint as events,
  coalesce(sum(duration_ms), 0)::bigint as duration_ms,
  count(*) filter (where page_count = 1) as bounces, coalesce(sum(rage_click_count), 0)::bigint as rage_clicks,
  coalesce(sum(dead_click_count), 0)::bigint as dead_clicks, coalesce(sum(error_click_count), 0)::bigint as error_clicks,
  coalesce(sum(thrashed_cursor_count), 0)::bigint as thrashed_cursors,
  count(*) filter (where error_count > 0) as error_sessions,
  count(*) filter (
    where rage_click_count > 0 or dead_click_count > 0 or error_click_count > 0 or thrashed_cursor_count > 0
  ) as frustrated_sessions
from chosen_sessions(
  $since, $until, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
)
group by "at"
