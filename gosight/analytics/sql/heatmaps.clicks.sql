-- Clicks on a page, grouped three ways: a `spot` is a place of 10 px (x, y: the middle of its clicks), an `element` one element (x, y as
-- well, text as it was last), an `offset` a part of an element (x, y: from 0 to 1 within it). The $spots and $elements most clicked ones,
-- and the elements that are $named.
with cells as materialized (
  select
    selector, x // 10 as x_cell, y // 10 as y_cell, at_x // 50 as at_x_cell, at_y // 100 as at_y_cell, count(*) as times,
    count(x) as placed, sum(x) as sum_x, sum(y) as sum_y, sum(at_x) as sum_at_x, sum(at_y) as sum_at_y,
    arg_max({'tag': tag, 'text': text}, session_no) as said, max(session_no) as last_session
  from clicks
  where path = $path and session_no between $first and $last and session_no in (
    select session_no
    from chosen_sessions(
      $since, $until, null, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
    )
  )
  group by all
),
spots as (
  select selector, sum(sum_x) / sum(times) as x, sum(sum_y) / sum(times) as y, sum(times)::bigint as times
  from cells
  where x_cell is not null
  group by selector, x_cell, y_cell
  order by times desc, y, x, selector
  limit $spots
),
counted as materialized (
  select
    selector, arg_max(said, last_session) as said, sum(sum_x) / nullif(sum(placed), 0) as x,
    sum(sum_y) / nullif(sum(placed), 0) as y, sum(times)::bigint as times
  from cells
  where selector is not null
  group by selector
),
elements as materialized (
  (select * from counted order by times desc, selector limit $elements)
  union
  select * from counted where selector in (select unnest($named::varchar[]))
),
offsets as (
  select
    selector, sum(sum_at_x) / sum(times) / 1000 as x, sum(sum_at_y) / sum(times) / 1000 as y, sum(times)::bigint as times
  from cells
  where at_x_cell is not null and selector in (select selector from elements)
  group by selector, at_x_cell, at_y_cell
)
select 'spot' as kind, selector, null as tag, null as text, x, y, times from spots
union all
select 'element', selector, said.tag, said.text, x, y, times from elements
union all
select 'offset', selector, null, null, x, y, times from offsets
order by kind, times desc, selector, y, x
