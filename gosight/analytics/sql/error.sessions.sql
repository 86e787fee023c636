-- Sessions in which a fault occurred, the latest first, each with its latest error.
select
  session_id, visitor_id, max(ts) as ts, arg_max(url, (ts, seq)) as url, arg_max(path, (ts, seq)) as path, any_value(browser) as browser,
  any_value(os) as os, any_value(device_type) as device_type, count(*) as occurrences, any_value(started_at) as started_at
from chosen_occurrences(
  $since, $until, $fault, $release, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
)
group by session_no, session_id, visitor_id
order by ts desc, session_no desc
limit $most
