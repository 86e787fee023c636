-- How often clicks raged or died on each element of a page.
select
  s.selector as selector, count(*) filter (where s.type = 'rage_click') as rage_clicks,
  count(*) filter (where s.type = 'dead_click') as dead_clicks
from signals as s
join chosen_sessions(
  $since, $until, null, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
) as c on c.session_no = s.session_no
where
  s.path = $path and s.session_no between $first and $last and s.selector is not null and s.type in ('rage_click', 'dead_click')
group by s.selector
order by rage_clicks desc, dead_clicks desc, s.selector
limit $most
