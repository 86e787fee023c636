-- Of some faults: errors in each of $parts equal parts of the span, and by browser.
with mine as (
  select
    fault, coalesce(browser, 'Unknown') as browser,
    (epoch_us(ts) - $since) * $parts // ($until - $since) as part
  from chosen_occurrences(
    $since, $until, $fault, $release, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  )
  where fault in (select unnest($shown::bigint[]))
)
select fault, case when grouping(part) = 0 then part end as part, browser, count(*) as occurrences
from mine
group by grouping sets ((fault, part), (fault, browser))
order by fault, occurrences desc, browser, part
