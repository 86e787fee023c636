-- Sessions by each value of each dimension, in one scan, the ten largest of each; `kind` names the dimension. Unknown values are left out.
with counted as (
  select
    source, country, device_type, browser, os, utm_source, utm_medium, utm_campaign, entry_path, exit_path,
    grouping(source, country, device_type, browser, os, utm_source, utm_medium, utm_campaign, entry_path, exit_path) as mask,
    count(*) filter (where started_at >= make_timestamp($middle)) as sessions,
    count(*) filter (where started_at < make_timestamp($middle)) as before
  from chosen_sessions(
    $since, $until, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  )
  group by grouping sets (
    (source), (country), (device_type), (browser), (os), (utm_source), (utm_medium), (utm_campaign), (entry_path), (exit_path)
  )
),
named as (
  select
    dimension_of(mask) as kind,
    coalesce(source, country, device_type, browser, os, utm_source, utm_medium, utm_campaign, entry_path, exit_path) as value,
    sessions, before
  from counted
)
select kind, value, sessions, before
from named
where value is not null and sessions > 0
qualify row_number() over (partition by kind order by sessions desc, value) <= 10
order by kind, sessions desc, value
