-- Values of one dimension (a closed list; see the case), largest first. `total` counts all values that match the search.
-- Grouped twice, by value and visitor and then by value, which spills to disk where it must, as count(distinct) can't.
with valued as (
  select
    case $by
      when 'referrer' then source when 'country' then country when 'browser' then browser when 'os' then os
      when 'device_type' then device_type when 'utm_source' then utm_source when 'utm_medium' then utm_medium
      when 'utm_campaign' then utm_campaign when 'user_id' then user_id when 'entry_path' then entry_path
      when 'exit_path' then exit_path
    end as value,
    started_at >= make_timestamp($middle) as is_now, visitor_hash, page_count
  from chosen_sessions(
    $since, $until, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  )
),
by_visitor as (
  select
    value, visitor_hash, count(*) filter (where is_now) as sessions, count(*) filter (where not is_now) as before,
    coalesce(sum(page_count) filter (where is_now), 0) as pageviews
  from valued
  where value is not null and ($search is null or contains(lower(value), lower($search)))
  group by value, visitor_hash
),
counted as (
  select
    value, sum(sessions)::bigint as sessions, count(*) filter (where sessions > 0) as users,
    sum(pageviews)::bigint as pageviews, sum(before)::bigint as before
  from by_visitor
  group by value
)
select value, sessions, users, pageviews, before, count(*) over () as total
from counted
where sessions > 0
order by sessions desc, value
limit $limit offset $offset
