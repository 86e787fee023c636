-- Paths by page views; sessions and users are those that saw the path.
with viewed as (
  select
    pages.path as value, c.started_at >= make_timestamp($middle) as is_now, c.session_no as session_no, c.visitor_hash as visitor_hash
  from pages
  join chosen_sessions(
    $since, $until, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  ) as c on c.session_no = pages.session_no
  where
    pages.started_at >= make_timestamp($since) and pages.started_at < make_timestamp($until)
    and pages.path is not null and ($path is null or pages.path = $path)
)
select
  value, count(distinct session_no) filter (where is_now) as sessions,
  count(distinct visitor_hash) filter (where is_now) as users, count(*) filter (where is_now) as pageviews,
  count(*) filter (where not is_now) as before, count(*) over () as total
from viewed
where $search is null or contains(lower(value), lower($search))
group by value
having pageviews > 0
order by pageviews desc, value
limit $limit offset $offset
