-- Figures of visits that begin in windows that end at $ends, as the overview defines them. By path: of those that went there.
with facts as (
  select
    epoch_us(s.started_at) // $slot * $slot as moment, s.session_no as session_no, s.visitor_hash as visitor_hash,
    s.duration_ms as duration_ms, s.page_count as page_count, case when $by_path then p.path end as path,
    case when $by_country then s.country end as country,
    case when $by_device then s.device_type end as device, case when $by_browser then s.browser end as browser
  from sessions as s
  left join pages as p on $by_path and p.session_no = s.session_no and p.is_first
  where s.started_at >= make_timestamp($since) and s.started_at < make_timestamp($until) and not s.is_bot
),
ends as (
  select unnest($ends::bigint[]) as until
),
measured as (
  select
    ends.until as until, facts.path as path, facts.country as country, facts.device as device, facts.browser as browser,
    case $figure
      when 'sessions' then count(*)::double
      when 'users' then count(distinct facts.visitor_hash)::double
      when 'bounce_rate' then 100.0 * count(*) filter (where facts.page_count = 1) / count(*)
      when 'avg_session_duration' then sum(facts.duration_ms)::double / 1000 / count(*)
    end as value, count(distinct facts.session_no) as sessions
  from ends
  join facts on facts.moment >= ends.until - $window and facts.moment < ends.until
  group by ends.until, facts.path, facts.country, facts.device, facts.browser
)
select *, count(*) over (partition by until) as total
from measured
qualify row_number() over (partition by until order by $direction * value desc nulls last, path, country, device, browser) <= $most
