-- Sessions that viewed a page, and their typical window: the median of each side, null where nobody told.
select
  count(*) as sessions, quantile_disc(try_cast(split_part(viewport, 'x', 1) as integer), 0.5) as width,
  quantile_disc(try_cast(split_part(viewport, 'x', 2) as integer), 0.5) as height
from chosen_sessions(
  $since, $until, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
)
