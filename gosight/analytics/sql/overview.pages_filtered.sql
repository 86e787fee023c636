-- The same, of chosen sessions. Not asked for with a path filter: then `overview.path_views` tells all.
select
  pages.path as path, count(*) filter (where c.started_at >= make_timestamp($middle)) as views,
  avg(pages.time_on_page_ms) filter (where c.started_at >= make_timestamp($middle)) / 1000 as avg_time,
  count(*) filter (where c.started_at < make_timestamp($middle)) as before
from pages
join chosen_sessions(
  $since, $until, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
) as c on c.session_no = pages.session_no
where
  pages.started_at >= make_timestamp($since) and pages.started_at < make_timestamp($until)
  and pages.path is not null
group by pages.path
having views > 0
order by views desc, pages.path
limit 10
