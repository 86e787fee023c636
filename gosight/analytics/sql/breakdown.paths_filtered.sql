-- The same, of chosen sessions; with a path filter of that path alone.
with counted as (
  select
    pages.path as value, count(*) filter (where c.started_at >= make_timestamp($middle) and pages.is_first) as sessions,
    count(*) filter (where c.started_at >= make_timestamp($middle)) as pageviews,
    count(*) filter (where c.started_at < make_timestamp($middle)) as before
  from pages
  join chosen_sessions(
    $since, $until, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  ) as c on c.session_no = pages.session_no
  where
    pages.started_at >= make_timestamp($since) and pages.started_at < make_timestamp($until)
    and pages.path is not null and ($path is null or pages.path = $path)
    and ($search is null or contains(lower(pages.path), lower($search)))
  group by pages.path
)
select value, sessions, null::bigint as users, pageviews, before, count(*) over () as total
from counted
where pageviews > 0
order by pageviews desc, value
limit $limit offset $offset
