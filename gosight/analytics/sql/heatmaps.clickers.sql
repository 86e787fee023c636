-- The same of sessions that clicked the page: asked for where clients tell of no page views.
select
  count(*) as sessions, quantile_disc(try_cast(split_part(viewport, 'x', 1) as integer), 0.5) as width,
  quantile_disc(try_cast(split_part(viewport, 'x', 2) as integer), 0.5) as height
from chosen_sessions(
  $since, $until, null, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
)
where session_no in (select session_no from clicks where path = $path and session_no between $first and $last)
