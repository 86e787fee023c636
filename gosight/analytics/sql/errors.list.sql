-- One page of single errors, and how many there are. $direction: 1 or -1.
with found as (
  select o.seq, o.ts, o.session_no
  from chosen_occurrences(
    $since, $until, $fault, $release, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  ) as o
  where
    (
      $search is null
      or case when $search is not null then contains(lower(concat_ws(' ', o.error_type, o.message, o.filename)), $search) end
    )
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
  select seq, session_no
  from found
  order by $direction * epoch_us(ts), $direction * seq
  limit $limit offset $offset
)
select
  o.seq as seq, coalesce(e.sender_id, 'evt_' || o.seq) as id, o.fault as fault, o.ts as ts, o.error_type as error_type,
  o.message as message, o.filename as filename, o.lineno as lineno, o.colno as colno, o.release as release, o.url as url, o.path as path,
  s.session_id as session_id, s.visitor_id as visitor_id, s.browser as browser, s.browser_version as browser_version, s.os as os,
  s.os_version as os_version, s.device_type as device_type, s.is_bot as is_bot, coalesce(s.has_replay, false) as has_replay,
  (select count(*) from found) as total
from page as p
join occurrences as o on o.seq = p.seq
join sessions as s on s.session_no = p.session_no
left join events as e on e.seq = p.seq
order by $direction * epoch_us(o.ts), $direction * o.seq
