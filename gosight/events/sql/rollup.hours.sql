insert into rolled_hours
select
  $day::date, date_trunc('hour', started_at) as began, is_bot, count(*), coalesce(sum(page_count), 0), coalesce(sum(event_count), 0),
  coalesce(sum(duration_ms), 0), count(*) filter (where page_count = 1), coalesce(sum(rage_click_count), 0),
  coalesce(sum(dead_click_count), 0), coalesce(sum(error_click_count), 0), coalesce(sum(thrashed_cursor_count), 0),
  count(*) filter (where error_count > 0),
  count(*) filter (
    where rage_click_count > 0 or dead_click_count > 0 or error_click_count > 0 or thrashed_cursor_count > 0
  )
from sessions
where started_at >= $day::date::timestamp and started_at < $day::date::timestamp + interval 1 day
group by began, is_bot
order by began
