-- Elements that were clicked, and places within them, in one: an `element` (x, y: the middle of its clicks on the page; text as it was last)
-- is one of the $elements most clicked ones or of those that are $named; an `offset` is a part of it (x, y: from 0 to 1 within it).
with parts as materialized (
  select
    selector, at_x // 50 as at_x_part, at_y // 100 as at_y_part, count(*) as times, count(x) as placed, sum(x) as sum_x,
    sum(y) as sum_y, sum(at_x) as sum_at_x, sum(at_y) as sum_at_y, arg_max(tag, session_no) as tag,
    arg_max(text, session_no) as text, max(session_no) as last_session
  from clicks
  where path = $path and selector is not null and session_no between $first and $last and session_no in (
    select session_no
    from chosen_sessions(
      $since, $until, null, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
    )
  )
  group by selector, at_x_part, at_y_part
),
counted as materialized (
  select
    selector, arg_max(tag, last_session) as tag, arg_max(text, last_session) as text,
    sum(sum_x) / nullif(sum(placed), 0) as x, sum(sum_y) / nullif(sum(placed), 0) as y, sum(times)::bigint as times
  from parts
  group by selector
),
elements as materialized (
  (select * from counted order by times desc, selector limit $elements)
  union
  select * from counted where selector in (select unnest($named::varchar[]))
)
select 'element' as kind, selector, tag, text, x, y, times from elements
union all
select 'offset', selector, null, null, sum_at_x / times / 1000, sum_at_y / times / 1000, times
from parts
where at_x_part is not null and selector in (select selector from elements)
order by kind, times desc, selector, y, x
