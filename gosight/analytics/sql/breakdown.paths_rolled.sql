-- The same as breakdown.paths, from days that are added up and from the page views around them.
with views as (
  select path, day::timestamp >= make_timestamp($middle) as is_now, views, sessions
  from rolled_paths
  where day in (select unnest($days::date[])) and ($bots or not is_bot)
  union all
  select path, started_at >= make_timestamp($middle) as is_now, count(*), count(*) filter (where is_first)
  from loose_pages(
    $since_1, $until_1, $since_2, $until_2, $since_3, $until_3, $since_4, $until_4, $bots
  )
  where path is not null
  group by path, is_now
),
counted as (
  select
    path as value, coalesce(sum(sessions) filter (where is_now), 0)::bigint as sessions,
    coalesce(sum(views) filter (where is_now), 0)::bigint as pageviews,
    coalesce(sum(views) filter (where not is_now), 0)::bigint as before
  from views
  where $search is null or contains(lower(path), lower($search))
  group by path
)
select value, sessions, null::bigint as users, pageviews, before, count(*) over () as total
from counted
where pageviews > 0
order by pageviews desc, value
limit $limit offset $offset
