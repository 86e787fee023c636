-- In one scan; values that nobody knows are left out, as the overview leaves them out.
with counted as (
  select
    is_bot, source, country, device_type, browser, os, utm_source, utm_medium, utm_campaign, entry_path, exit_path,
    grouping(source, country, device_type, browser, os, utm_source, utm_medium, utm_campaign, entry_path, exit_path) as mask,
    count(*) as sessions
  from sessions
  where started_at >= $day::date::timestamp and started_at < $day::date::timestamp + interval 1 day
  group by grouping sets (
    (is_bot, source), (is_bot, country), (is_bot, device_type), (is_bot, browser), (is_bot, os), (is_bot, utm_source),
    (is_bot, utm_medium), (is_bot, utm_campaign), (is_bot, entry_path), (is_bot, exit_path)
  )
),
named as (
  select
    is_bot,
    dimension_of(mask) as kind,
    coalesce(source, country, device_type, browser, os, utm_source, utm_medium, utm_campaign, entry_path, exit_path) as value,
    sessions
  from counted
)
insert into rolled_values
select $day::date, is_bot, kind, value, sessions
from named
where value is not null
order by kind, value
