-- The same as overview.series, from days that are added up and from the sessions around them.
with counted as (
  select
    (epoch_us(began) - $since) // $step * $step + $since as "at", sessions, pageviews, events, duration_ms, bounces, rage_clicks,
    dead_clicks, error_clicks, thrashed_cursors, error_sessions, frustrated_sessions
  from rolled_hours
  where day in (select unnest($days::date[])) and ($bots or not is_bot)
  union all
  select
    (epoch_us(started_at) - $since) // $step * $step + $since, count(*), sum(page_count), sum(event_count), sum(duration_ms),
    count(*) filter (where page_count = 1), sum(rage_click_count), sum(dead_click_count), sum(error_click_count),
    sum(thrashed_cursor_count), count(*) filter (where error_count > 0),
    count(*) filter (
      where rage_click_count > 0 or dead_click_count > 0 or error_click_count > 0 or thrashed_cursor_count > 0
    )
  from loose_sessions(
    $since_1, $until_1, $since_2, $until_2, $since_3, $until_3, $since_4, $until_4, $bots
  )
  group by 1
)
select
  "at", sum(sessions)::bigint as sessions, coalesce(sum(pageviews), 0)::bigint as pageviews,
  coalesce(sum(events), 0)::bigint as events, coalesce(sum(duration_ms), 0)::bigint as duration_ms,
  sum(bounces)::bigint as bounces, coalesce(sum(rage_clicks), 0)::bigint as rage_clicks,
  coalesce(sum(dead_clicks), 0)::bigint as dead_clicks, coalesce(sum(error_clicks), 0)::bigint as error_clicks,
  coalesce(sum(thrashed_cursors), 0)::bigint as thrashed_cursors, sum(error_sessions)::bigint as error_sessions,
  sum(frustrated_sessions)::bigint as frustrated_sessions
from counted
group by "at"
