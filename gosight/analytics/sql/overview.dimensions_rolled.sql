-- The same as overview.dimensions, from days that are added up and from the sessions around them.
with loose as (
  select
    source, country, device_type, browser, os, utm_source, utm_medium, utm_campaign, entry_path, exit_path,
    grouping(source, country, device_type, browser, os, utm_source, utm_medium, utm_campaign, entry_path, exit_path) as mask,
    count(*) filter (where started_at >= make_timestamp($middle)) as sessions,
    count(*) filter (where started_at < make_timestamp($middle)) as before
  from loose_sessions(
    $since_1, $until_1, $since_2, $until_2, $since_3, $until_3, $since_4, $until_4, $bots
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
  from loose
  union all
  select
    kind, value, coalesce(sum(sessions) filter (where day::timestamp >= make_timestamp($middle)), 0),
    coalesce(sum(sessions) filter (where day::timestamp < make_timestamp($middle)), 0)
  from rolled_values
  where day in (select unnest($days::date[])) and ($bots or not is_bot)
  group by kind, value
),
counted as (
  select kind, value, sum(sessions)::bigint as sessions, sum(before)::bigint as before
  from named
  where value is not null
  group by kind, value
)
select kind, value, sessions, before
from counted
where sessions > 0
qualify row_number() over (partition by kind order by sessions desc, value) <= 10
order by kind, sessions desc, value
