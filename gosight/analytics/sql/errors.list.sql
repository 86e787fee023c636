-- One page of single errors, and how many there are. $direction: 1 or -1.
with found as (
  select o.*
  from chosen_occurrences(
    $since, $until, $fault, $release, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  ) as o
  where
    ($search is null or contains(lower(concat_ws(' ', o.error_type, o.message, o.filename)), $search))
    and (
      $status is null
      or o.fault in (
        select fault
        from fault_states($fault, $faults::bigint[], $statuses::varchar[], $changed::bigint[], $bots)
        where status = $status
      )
    )
),
page as (
  select *, count(*) over () as total
  from found
  order by $direction * epoch_us(ts), $direction * seq
  limit $limit offset $offset
)
select
  p.seq as seq, coalesce(e.sender_id, 'evt_' || p.seq) as id, p.fault as fault, p.ts as ts, p.error_type as error_type,
  p.message as message, p.filename as filename, p.lineno as lineno, p.colno as colno, p.release as release, p.url as url, p.path as path,
  p.session_id as session_id, p.visitor_id as visitor_id, p.browser as browser, p.browser_version as browser_version, p.os as os,
  p.os_version as os_version, p.device_type as device_type, p.is_bot as is_bot, coalesce(s.has_replay, false) as has_replay,
  p.total as total
from page as p
left join events as e on e.seq = p.seq
left join sessions as s on s.session_no = p.session_no
order by $direction * epoch_us(p.ts), $direction * p.seq
