-- Paths by page views; sessions are those that saw the path. Users are not counted: that takes a second over a quarter's pages.
with counted as (
  select
    path as value, count(*) filter (where started_at >= make_timestamp($middle) and is_first) as sessions,
    count(*) filter (where started_at >= make_timestamp($middle)) as pageviews,
    count(*) filter (where started_at < make_timestamp($middle)) as before
  from pages
  where
    started_at >= make_timestamp($since) and started_at < make_timestamp($until) and ($bots or not is_bot)
    and path is not null and ($search is null or contains(lower(path), lower($search)))
  group by path
)
select value, sessions, null::bigint as users, pageviews, before, count(*) over () as total
from counted
where pageviews > 0
order by pageviews desc, value
limit $limit offset $offset
