-- Signals of each kind by spans of their sessions' starts. $starts: first moments of the spans, in microseconds, in order. A path is
-- that of the signal itself.
with span as (
  select make_timestamp(b) as start, row_number() over (order by b) - 1 as position
  from (select unnest($starts::bigint[]) as b)
)
select span.position as position, s.type as type, count(*) as times
from chosen_sessions(
  $since, $until, null, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
) as c
join signals as s on s.session_no = c.session_no
asof join span on c.started_at >= span.start
where $path is null or s.path = $path
group by all
