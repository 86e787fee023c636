-- Sessions and page views by slots of $step microseconds, less than an hour: too many to carry what totals are made of.
select epoch_us(started_at) // $step * $step as "at", count(*) as sessions, coalesce(sum(page_count), 0)::bigint as pageviews
from chosen_sessions(
  $since, $until, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
)
group by "at"
