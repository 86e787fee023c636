-- The same as overview.pages, from days that are added up and from the page views around them.
with counted as (
  select path, day::timestamp >= make_timestamp($middle) as is_now, views, timed, time_ms
  from rolled_paths
  where day in (select unnest($days::date[])) and ($bots or not is_bot)
  union all
  select path, started_at >= make_timestamp($middle) as is_now, count(*), count(time_on_page_ms), sum(time_on_page_ms)
  from loose_pages(
    $since_1, $until_1, $since_2, $until_2, $since_3, $until_3, $since_4, $until_4, $bots
  )
  where path is not null
  group by path, is_now
)
select
  path, coalesce(sum(views) filter (where is_now), 0)::bigint as views,
  (sum(time_ms) filter (where is_now))::double / nullif(sum(timed) filter (where is_now), 0) / 1000 as avg_time,
  coalesce(sum(views) filter (where not is_now), 0)::bigint as before
from counted
group by path
having views > 0
order by views desc, path
limit 10
