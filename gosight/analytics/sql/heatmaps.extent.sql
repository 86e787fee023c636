-- How often a page was clicked, and how high it typically is: the median, null where nobody told.
select count(*) as clicks, quantile_disc(page_height, 0.5) as page_height
from clicks
where path = $path and session_no between $first and $last and session_no in (
  select session_no
  from chosen_sessions(
    $since, $until, null, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  )
)
