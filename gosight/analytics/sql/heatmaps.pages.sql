-- Pages that were clicked, the most clicked first. `total` counts all that match the search.
with clicked as (
  select path, count(*) as clicks
  from clicks
  where ($search is null or contains(lower(path), lower($search))) and session_no between $first and $last and session_no in (
    select session_no
    from chosen_sessions(
      $since, $until, null, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
    )
  )
  group by path
)
select path, clicks, count(*) over () as total
from clicked
order by clicks desc, path
limit $limit offset $offset
