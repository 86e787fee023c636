-- How far down sessions came on a page: for each step of 5 percent, how many came that far and no further. Nobody knows of those that
-- told nothing.
select floor(depth / 5)::integer * 5 as percent, count(*) as sessions
from (
  select max(pages.scroll_depth) as depth
  from pages
  join chosen_sessions(
    $since, $until, null, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  ) as c on c.session_no = pages.session_no
  where
    pages.path = $path and pages.session_no between $first and $last and pages.started_at >= make_timestamp($since) and pages.started_at < make_timestamp($until)
  group by pages.session_no
)
where depth is not null
group by percent
