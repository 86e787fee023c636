-- Sessions in which a fault occurred, each with its latest error: those that can be watched first, of those the latest.
with found as (
  select
    session_no, session_id, visitor_id, max(ts) as ts, arg_max(url, (ts, seq)) as url, arg_max(path, (ts, seq)) as path, any_value(browser) as browser,
    any_value(os) as os, any_value(device_type) as device_type, count(*) as occurrences, any_value(started_at) as started_at
  from chosen_occurrences(
    $since, $until, $fault, $release, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  )
  group by session_no, session_id, visitor_id
)
select f.* exclude (session_no), coalesce(s.has_replay, false) as has_replay
from found as f
join sessions as s on s.session_no = f.session_no
order by has_replay desc, f.ts desc, f.session_no desc
limit $most
