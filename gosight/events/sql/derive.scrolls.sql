-- Where windows rested, by these events, read from their payloads once. What is no place is none.
with said as (
  select
    session_no, path, ts, json_extract_string(payload, ['$.y', '$.depth_percent', '$.page_height', '$.viewport_height']) as v
  from events
  where seq > $after and seq <= $upto and type = 'scroll' and path is not null
),
rested as (
  select
    session_no, path, ts, try_cast(v[1] as double) as y, try_cast(v[2] as double) as depth,
    case when try_cast(v[3] as double) between 1 and 1e6 then try_cast(v[3] as double) end as page_height,
    case when try_cast(v[4] as double) between 1 and 1e5 then try_cast(v[4] as double) end as window_height
  from said
),
placed as (
  select *, greatest(0, case when depth between 0 and 100 then page_height * depth / 100 - window_height end) as lower_edge
  from rested
)
insert into scrolls
select
  session_no, path, ts, round(case when y between 0 and 1e6 then y else lower_edge end)::integer, round(window_height)::integer,
  round(page_height)::integer
from placed
