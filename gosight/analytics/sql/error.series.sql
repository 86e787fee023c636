-- Errors of one fault in each bucket. $starts: the buckets' first moments, in microseconds, in order.
with bucket as (
  select make_timestamp(b) as start, row_number() over (order by b) - 1 as position
  from (select unnest($starts::bigint[]) as b)
)
select bucket.position as position, count(*) as occurrences
from chosen_occurrences(
  $since, $until, $fault, $release, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
) as o
asof join bucket on o.ts >= bucket.start
group by bucket.position
