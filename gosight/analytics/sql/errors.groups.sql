-- One page of faults, and how many there are. Counts are of the span; what stands for all is the latest error of it. $sort and $direction
-- (1 or -1) come from closed lists; ties go by the latest, then by the fault's number, so that pages never overlap.
with counted as (
  select
    fault, count(*) as occurrences, count(distinct session_no) as sessions, count(distinct visitor_hash) as visitors,
    max(epoch_us(ts)::hugeint * 1099511627776 + seq) as place,
    max(ts) as latest_at
  from chosen_occurrences(
    $since, $until, $fault, $release, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  )
  group by fault
  having
    $search is null
    or bool_or(case when $search is not null then contains(lower(concat_ws(' ', error_type, message, filename)), $search) end)
),
found as (
  select c.*, s.first_seen, s.last_seen, s.reopened_at, s.status
  from counted as c
  join fault_states($fault, $faults::bigint[], $statuses::varchar[], $changed::bigint[], $bots) as s on s.fault = c.fault
  where $status is null or s.status = $status
),
page as (
  select
    *, (place - epoch_us(latest_at)::hugeint * 1099511627776)::bigint as seq,
    case $sort
      when 'count' then occurrences when 'sessions' then sessions when 'first_seen' then epoch_us(first_seen) else epoch_us(last_seen)
    end as rank
  from found
  order by $direction * rank, $direction * epoch_us(last_seen), $direction * fault
  limit $limit offset $offset
)
select
  p.fault as fault, p.occurrences as occurrences, p.sessions as sessions, p.visitors as visitors, p.first_seen as first_seen,
  p.last_seen as last_seen, p.reopened_at as reopened_at, p.status as status, o.error_type as error_type, o.message as message,
  o.filename as filename, o.lineno as lineno, o.colno as colno, o.release as release, o.url as url, o.path as path,
  (select count(*) from found) as total
from page as p
join occurrences as o on o.seq = p.seq
order by $direction * p.rank, $direction * epoch_us(p.last_seen), $direction * p.fault
