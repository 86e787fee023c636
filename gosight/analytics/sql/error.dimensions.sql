-- One fault by each value of each dimension, the 20 largest of each; `kind` names the dimension. The row without a kind is all.
with counted as (
  select
    browser, os, device_type, path, release, grouping(browser, os, device_type, path, release) as mask, count(*) as occurrences,
    count(distinct session_no) as sessions, count(distinct visitor_hash) as visitors
  from chosen_occurrences(
    $since, $until, $fault, $release, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  )
  group by grouping sets ((browser), (os), (device_type), (path), (release), ())
),
named as (
  select
    case mask
      when 15 then 'browser' when 23 then 'os' when 27 then 'device_type' when 29 then 'path' when 30 then 'release' else ''
    end as kind,
    coalesce(browser, os, device_type, path, release) as value, occurrences, sessions, visitors
  from counted
)
select kind, value, occurrences, sessions, visitors
from named
where kind = '' or occurrences > 0
qualify row_number() over (partition by kind order by occurrences desc, value) <= 20
order by kind, occurrences desc, value
