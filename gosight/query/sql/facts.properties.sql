-- Properties of the latest events, and of those with few values the values that came in at least $least sessions. Only names that
-- are plain words are looked at. What the product itself understands (clicks, errors, who somebody is) is left out.
with latest as (
  select e.type as type, e.name as name, e.session_no as session_no, e.payload as payload, unnest(json_keys(e.payload)) as property
  from events as e
  join sessions as s on s.session_no = e.session_no
  where
    e.seq > (select max(seq) from events) - $latest and not s.is_bot and json_type(e.payload) = 'OBJECT'
    and e.type not in (
      'click', 'dead_click', 'scroll', 'mouse_move', 'js_error', 'web_vital', 'page_view', 'page_exit', 'identify', 'session_start',
      'session_end'
    )
),
told as (
  select
    type, name, session_no, property, json_type(payload, property) as kind, json_extract_string(payload, property) as value
  from latest
  where regexp_full_match(property, '[A-Za-z_][A-Za-z0-9_-]{0,59}')
),
counted as (
  select type, name, property, mode(kind) as kind, count(*) as times, count(distinct value) as different
  from told
  group by type, name, property
),
common as (
  select type, name, property, value, count(*) as times
  from told
  where kind = 'VARCHAR' and length(value) <= 60
  group by type, name, property, value
  having count(distinct session_no) >= $least
)
select
  c.type as event_type, c.name as event_name, c.property as property, c.kind as kind,
  coalesce(
    case
      when c.different <= $few
        then
          list(v.value order by v.times desc, v.value) filter (where v.value is not null)
    end, []
  ) as common
from counted as c
left join common as v
  on v.type = c.type and v.name is not distinct from c.name and v.property = c.property
group by c.type, c.name, c.property, c.kind, c.times, c.different
order by c.times desc, c.property
limit $most
