-- Clicks of these events, read from their payloads once. What is no place is none.
with said as (
  select
    session_no, seq, path,
    json_extract_string(payload, [
      '$.target.selector', '$.target.tag', '$.target.text', '$.page_x', '$.x', '$.page_y', '$.y', '$.page_height',
      '$.target.at[0]', '$.target.at[1]'
    ]) as v
  from events
  where seq > $after and seq <= $upto and type = 'click' and path is not null
),
placed as (
  select
    session_no, path, left(v[1], 1000) as selector, left(v[2], 100) as tag, left(v[3], 200) as text,
    coalesce(try_cast(v[4] as double), try_cast(v[5] as double)) as x,
    coalesce(try_cast(v[6] as double), try_cast(v[7] as double)) as y, try_cast(v[8] as double) as page_height,
    try_cast(v[9] as double) as at_x, try_cast(v[10] as double) as at_y
  from said
)
insert into clicks
select
  session_no, path, selector, tag, text, case when x between -1e6 and 1e6 and y between -1e6 and 1e6 then round(x)::integer end,
  case when x between -1e6 and 1e6 and y between -1e6 and 1e6 then round(y)::integer end,
  case when page_height between 1 and 1e6 then round(page_height)::integer end,
  case when at_x between 0 and 1 and at_y between 0 and 1 then round(at_x * 1000)::smallint end,
  case when at_x between 0 and 1 and at_y between 0 and 1 then round(at_y * 1000)::smallint end
from placed
