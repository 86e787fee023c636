-- One page of faults, and how many there are. Counts are of the span; what stands for all is the latest error of it. $sort and $direction
-- (1 or -1) come from closed lists; ties go by the latest, then by the fault's number, so that pages never overlap.
with counted as (
  select
    fault, count(*) as occurrences, count(distinct session_no) as sessions, count(distinct visitor_hash) as visitors,
    max((ts, seq)) as latest
  from chosen_occurrences(
    $since, $until, $fault, $release, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  )
  group by fault
  having
    $search is null
    or bool_or(contains(lower(concat_ws(' ', error_type, message, filename)), $search))
),
found as (
  select c.*, s.first_seen, s.last_seen, s.reopened_at, s.status
  from counted as c
  join fault_states($fault, $faults::bigint[], $statuses::varchar[], $changed::bigint[], $bots) as s on s.fault = c.fault
  where $status is null or s.status = $status
)
select
  f.fault as fault, f.occurrences as occurrences, f.sessions as sessions, f.visitors as visitors, f.first_seen as first_seen,
  f.last_seen as last_seen, f.reopened_at as reopened_at, f.status as status, o.error_type as error_type, o.message as message,
  o.filename as filename, o.lineno as lineno, o.colno as colno, o.release as release, o.url as url, o.path as path,
  count(*) over () as total
from found as f
join occurrences as o on o.seq = f.latest[2]
order by
  $direction * case $sort
    when 'count' then f.occurrences when 'sessions' then f.sessions when 'first_seen' then epoch_us(f.first_seen)
    else epoch_us(f.last_seen)
  end, $direction * epoch_us(f.last_seen), $direction * f.fault
limit $limit offset $offset
