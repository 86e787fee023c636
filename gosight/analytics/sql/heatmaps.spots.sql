-- Places of 10 px where a page was clicked, each element's apart, the fullest first. x, y: the middle of their clicks.
select sum(x) / count(*) as x, sum(y) / count(*) as y, count(*) as times, selector
from clicks
where path = $path and x is not null and session_no between $first and $last and session_no in (
  select session_no
  from chosen_sessions(
    $since, $until, null, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  )
)
group by selector, x // 10, y // 10
order by times desc, y, x, selector
limit $spots
