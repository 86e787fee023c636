-- Views of one path by slots of their sessions' starts, and the time spent on those whose end is known.
select epoch_us(c.started_at) // $step * $step as "at", count(*) as pageviews, count(pages.time_on_page_ms) as timed,
  coalesce(sum(pages.time_on_page_ms), 0)::bigint as time_ms
from pages
join chosen_sessions(
  $since, $until, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
) as c on c.session_no = pages.session_no
where pages.path = $path and pages.started_at >= make_timestamp($since) and pages.started_at < make_timestamp($until)
group by "at"
