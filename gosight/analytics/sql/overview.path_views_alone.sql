-- The same where no other filter is set: no join.
select epoch_us(started_at) // $step * $step as "at", count(*) as pageviews, count(time_on_page_ms) as timed,
  coalesce(sum(time_on_page_ms), 0)::bigint as time_ms
from pages
where path = $path and started_at >= make_timestamp($since) and started_at < make_timestamp($until) and ($bots or not is_bot)
group by "at"
