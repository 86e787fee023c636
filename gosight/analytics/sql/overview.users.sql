-- Distinct visitors of two spans. Grouping is twice as fast here as count(distinct).
select
  count(*) filter (where was_now) as now, count(*) filter (where was_before) as before
from (
  select
    visitor_hash, bool_or(started_at >= make_timestamp($middle)) as was_now,
    bool_or(started_at < make_timestamp($middle)) as was_before
  from chosen_sessions(
    $since, $until, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  )
  group by visitor_hash
)
