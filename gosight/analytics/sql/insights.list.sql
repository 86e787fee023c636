-- One page of signals, the latest first. `nth` tells those of one kind apart that began at the same moment of a session.
with found as (
  select
    s.session_no, s.type, s.ts, s.url, s.path, s.selector, s.details, c.session_id, c.visitor_id,
    coalesce(c.has_replay, false) as has_replay,
    row_number() over (partition by s.session_no, s.type, s.ts order by s.path, s.selector) as nth
  from chosen_sessions(
  $since, $until, null, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
) as c
  join signals as s on s.session_no = c.session_no
)
select *
from found
where ($path is null or path = $path) and ($type is null or type = $type)
order by ts desc, session_no desc, type, nth
limit $limit offset $offset
