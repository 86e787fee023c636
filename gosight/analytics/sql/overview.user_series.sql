-- Distinct visitors in each bucket. $starts: the buckets' first moments, in microseconds, in order.
with bucket as (
  select make_timestamp(b) as start, row_number() over (order by b) - 1 as position
  from (select unnest($starts::bigint[]) as b)
)
select position, count(*) as users
from (
  select distinct bucket.position as position, c.visitor_hash
  from chosen_sessions(
    $since, $until, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  ) as c
  asof join bucket on c.started_at >= bucket.start
  where c.started_at >= make_timestamp($since) and c.started_at < make_timestamp($until)
)
group by position
