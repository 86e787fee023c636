-- Where signals pile up: elements of pages, by how often. With $type those of that kind alone, and by it.
select
  s.path as path, s.selector as selector, count(*) filter (where s.type = 'rage_click') as rage_click_count,
  count(*) filter (where s.type = 'dead_click') as dead_click_count,
  count(*) filter (where s.type = 'error_click') as error_click_count, count(distinct s.session_no) as session_count
from chosen_sessions(
  $since, $until, null, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
) as c
join signals as s on s.session_no = c.session_no
where s.path is not null and s.selector is not null and ($path is null or s.path = $path) and ($type is null or s.type = $type)
group by s.path, s.selector
order by count(*) desc, s.path, s.selector
limit $most
