-- Events by their own moments, in windows that end at $ends: all, or those of one name or type.
with facts as (
  select
    epoch_us(e.ts) // $slot * $slot as moment, e.session_no as session_no, case when $by_path then e.path end as path,
    case when $by_country then s.country end as country,
    case when $by_device then s.device_type end as device, case when $by_browser then s.browser end as browser, count(*) as times
  from events as e
  join sessions as s on s.session_no = e.session_no
  where
    e.ts >= make_timestamp($since) and e.ts < make_timestamp($until) and not s.is_bot
    and ($figure is null or e.type = $figure or (e.type = 'custom' and e.name = $figure))
  group by all
),
ends as (
  select unnest($ends::bigint[]) as until
),
measured as (
  select
    ends.until as until, facts.path as path, facts.country as country, facts.device as device, facts.browser as browser,
    sum(facts.times)::double as value, count(distinct facts.session_no) as sessions
  from ends
  join facts on facts.moment >= ends.until - $window and facts.moment < ends.until
  group by ends.until, facts.path, facts.country, facts.device, facts.browser
)
select *, count(*) over (partition by until) as total
from measured
qualify row_number() over (partition by until order by $direction * value desc nulls last, path, country, device, browser) <= $most
