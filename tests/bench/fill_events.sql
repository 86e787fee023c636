-- The events of those visits, in the mix of ingest: 40 % page views, 30 % clicks, 10 % each of scroll, mouse_move and
-- custom; here and there a dead click, an error after a click, a rage. $seq: the last number given out.
insert into events
with views as (
  select
    m.*, k, m.began_at + to_microseconds((k - 1) * 45_000_000 + (hash(session_no, k, 1) % 20_000_000)::bigint) as seen_at,
    hash(session_no, k, 2) % 1_000 as click, hash(session_no, k, 3) % 1_000 as scroll, hash(session_no, k, 4) % 1_000 as move,
    hash(session_no, k, 5) % 1_000 as custom, hash(session_no, k, 6) % 1_000 as trouble, (hash(session_no, k, 8) >> 1)::bigint as h,
    $paths[1 + floor(len($paths::varchar[]) * pow(hash(session_no, k, 7) % 10_007 / 10_007.0, 1.6))::integer] as path
  from made as m, unnest(range(1, page_count + 1)) as ks(k)
),
places as (
  select *, 'https://shop.example.com' || path || case when k = 1 then origin.q else '' end as url,
    case when k = 1 then origin.r else 'https://shop.example.com/' end as referrer
  from views
),
happened as (
  select session_no, seen_at as ts, 'page_view' as type, null as name, url, path, user_id,
    json_object('referrer', referrer, 'title', 'Page ' || path)::varchar as payload
  from places
  union all
  select session_no, seen_at + to_milliseconds(2_000 + h % 9_000), 'click', null, url, path, user_id,
    json_object('x', h % 1_200, 'y', h % 797, 'page_x', h % 1_200, 'page_y', h % 3_001, 'page_height', 3_500,
      'target', json_object('tag', 'button', 'text', 'Add to cart', 'selector', '#item-' || h % 400))::varchar
  from places where click < 750
  union all
  select session_no, seen_at + to_milliseconds(1_000 + h % 7_000), 'scroll', null, url, path, user_id,
    json_object('depth_percent', 1 + h % 100, 'page_height', 3_500, 'viewport_height', 800)::varchar
  from places where scroll < 250
  union all
  select session_no, seen_at + to_milliseconds(500 + h % 3_000), 'mouse_move', null, url, path, user_id,
    '{"points":' || to_json([[n * 100, h % 700 + n * 31, h % 400 + n * 17] for n in range(10)])::varchar || '}'
  from places where move < 250
  union all
  select session_no, seen_at + to_milliseconds(4_000 + h % 8_000), 'custom', 'add_to_cart', url, path, user_id,
    json_object('product', h % 5_000, 'price', h % 9_900 / 100.0, 'currency', 'USD')::varchar
  from places where custom < 250
  union all
  select session_no, seen_at + to_milliseconds(3_000 + h % 9_000), 'dead_click', null, url, path, user_id,
    json_object('x', h % 1_200, 'y', h % 797, 'target', json_object('tag', 'div', 'selector', '.card'))::varchar
  from places where trouble < 3
  union all
  select session_no, seen_at + to_milliseconds(2_400 + h % 9_000), 'js_error', null, url, path, user_id,
    json_object('message', 'x is undefined', 'error_type', 'TypeError')::varchar
  from places where trouble between 3 and 7
  union all
  select session_no, seen_at + to_milliseconds(12_000 + n * 180), 'click', null, url, path, user_id,
    json_object('x', 300, 'y', 200 + n, 'target', json_object('tag', 'button', 'selector', '#apply'))::varchar
  from places, unnest(range(6)) as again(n)
  where trouble = 8
)
select $seq + row_number() over (order by ts, session_no), session_no, ts, ts, type, name, url, path, user_id, null, payload, null
from happened
order by ts, session_no;
