-- Where cursors were on a page, in cells of 20 px (x, y: the middle of their points), the $spots fullest. Points are places in the
-- window; how far the page was scrolled, the last scroll event before them tells. A visit begins at the top.
with chosen as materialized (
  select session_no
  from chosen_sessions(
    $since, $until, null, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  )
),
mine as (
  select session_no, ts, payload
  from events
  where
    type = 'mouse_move' and path = $path and session_no between $first and $last
    and session_no in (select session_no from chosen)
),
rests as (
  select session_no, ts, y
  from scrolls
  where path = $path and session_no between $first and $last and y is not null
  union all
  select session_no, entered_at, 0
  from pages
  where path = $path and session_no between $first and $last
),
points as (
  select coalesce(r.y, 0) as scrolled, unnest(try_cast(m.payload -> '$.points' as double[][])) as point
  from mine as m
  asof left join rests as r on r.session_no = m.session_no and m.ts >= r.ts
)
select avg(point[2]) as x, avg(point[3] + scrolled) as y, count(*) as times
from points
where point[2] between 0 and 1e5 and point[3] between 0 and 1e5
group by floor(point[2] / 20), floor((point[3] + scrolled) / 20)
order by times desc, y, x
limit $spots
