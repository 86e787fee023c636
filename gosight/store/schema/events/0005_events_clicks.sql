-- One row per click on a page, for heatmaps: to read them from payloads takes ten times as long. x, y: CSS pixels of the page
-- (of the viewport where the sender gave only those); at_x, at_y: where in its element, in thousandths of the element's box.
create table clicks (
  session_no bigint not null,
  path varchar not null,
  selector varchar,
  tag varchar,
  text varchar,
  x integer,
  y integer,
  page_height integer,
  at_x smallint,
  at_y smallint
);

-- One row per place where a window rested on a page: how far it was scrolled (of older senders worked out from the depth), how high it
-- and the page were. CSS pixels.
create table scrolls (
  session_no bigint not null,
  path varchar not null,
  ts timestamp not null,
  y integer,
  window_height integer,
  page_height integer
);

-- What was derived from before; what follows, derivation adds (the same as events/sql/derive.clicks.sql and derive.scrolls.sql).
with said as (
  select
    session_no, seq, path,
    json_extract_string(payload, [
      '$.target.selector', '$.target.tag', '$.target.text', '$.page_x', '$.x', '$.page_y', '$.y', '$.page_height',
      '$.target.at[0]', '$.target.at[1]'
    ]) as v
  from events
  where seq <= (select max(derived_seq) from progress) and type = 'click' and path is not null
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
from placed;

with said as (
  select
    session_no, path, ts, json_extract_string(payload, ['$.y', '$.depth_percent', '$.page_height', '$.viewport_height']) as v
  from events
  where seq <= (select max(derived_seq) from progress) and type = 'scroll' and path is not null
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
from placed;
