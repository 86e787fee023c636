-- JavaScript errors by their own moments, and the sessions in which they were, in windows that end at $ends.
with facts as (
  select
    epoch_us(o.ts) // $slot * $slot as moment, o.session_no as session_no, case when $by_path then o.path end as path,
    case when $by_country then s.country end as country,
    case when $by_device then s.device_type end as device, case when $by_browser then s.browser end as browser, count(*) as times
  from occurrences as o
  join sessions as s on s.session_no = o.session_no
  where o.ts >= make_timestamp($since) and o.ts < make_timestamp($until) and not s.is_bot
  group by all
),
ends as (
  select unnest($ends::bigint[]) as until
),
measured as (
  select
    ends.until as until, facts.path as path, facts.country as country, facts.device as device, facts.browser as browser,
    case
      when $figure = 'error_sessions' then count(distinct facts.session_no)::double else sum(facts.times)::double
    end as value, count(distinct facts.session_no) as sessions
  from ends
  join facts on facts.moment >= ends.until - $window and facts.moment < ends.until
  group by ends.until, facts.path, facts.country, facts.device, facts.browser
)
select *, count(*) over (partition by until) as total
from measured
qualify row_number() over (partition by until order by $direction * value desc nulls last, path, country, device, browser) <= $most
