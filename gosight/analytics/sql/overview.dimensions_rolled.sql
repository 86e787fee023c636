-- The same as overview.dimensions, from days that are added up and from the sessions around them: of a few of those, values side by
-- side take half of what grouping sets do.
with loose as (
  select
    started_at >= make_timestamp($middle) as is_now,
    unnest([
      'source', 'country', 'device_type', 'browser', 'os', 'utm_source', 'utm_medium', 'utm_campaign', 'entry_path', 'exit_path'
    ]) as kind,
    unnest([source, country, device_type, browser, os, utm_source, utm_medium, utm_campaign, entry_path, exit_path]) as value
  from loose_sessions(
    $since_1, $until_1, $since_2, $until_2, $since_3, $until_3, $since_4, $until_4, $bots
  )
),
named as (
  select kind, value, count(*) filter (where is_now) as sessions, count(*) filter (where not is_now) as before
  from loose
  where value is not null
  group by kind, value
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
  group by kind, value
)
select kind, value, sessions, before
from counted
where sessions > 0
qualify row_number() over (partition by kind order by sessions desc, value) <= 10
order by kind, sessions desc, value
