-- Errors of a span, of sessions that match all filters, whenever those began: the one place where that is defined. The path is the one on
-- which the error was.
create macro chosen_occurrences(
  since, until, fault_, release_, path_, referrer_, country_, browser_, os_, device_type_, utm_source_, utm_medium_, utm_campaign_,
  user_id_, bots_
) as table
select
  o.*, c.session_id, c.visitor_id, c.visitor_hash, c.browser, c.browser_version, c.os, c.os_version, c.device_type, c.is_bot,
  c.started_at
from occurrences as o
join chosen_sessions(
  -62135596800000000, 253370764800000000, null, referrer_, country_, browser_, os_, device_type_, utm_source_, utm_medium_,
  utm_campaign_, user_id_, bots_
) as c on c.session_no = o.session_no
where
  o.ts >= make_timestamp(since) and o.ts < make_timestamp(until)
  and (fault_ is null or o.fault = fault_)
  and (path_ is null or o.path = path_)
  and (release_ is null or o.release = release_);

-- Every fault's life and status, over all time. What people decided is given: faults, statuses and, in microseconds, when. A resolved
-- one is open again when an occurrence was received afterwards; bots reopen nothing, as they count for nothing.
create macro fault_states(fault_, faults, statuses, changed, bots_) as table
with marked as (
  select unnest(faults) as fault, unnest(statuses) as decided, unnest(changed) as changed_at
),
lives as (
  select
    o.fault as fault, any_value(m.decided) as decided, min(o.ts) as first_seen, max(o.ts) as last_seen,
    min(o.received_at) filter (where m.decided = 'resolved' and o.received_at > make_timestamp(m.changed_at)) as reopened_at
  from occurrences as o
  left join marked as m on m.fault = o.fault
  where (fault_ is null or o.fault = fault_) and (bots_ or o.session_no not in (select session_no from sessions where is_bot))
  group by o.fault
)
select fault, first_seen, last_seen, reopened_at, case when reopened_at is null then coalesce(decided, 'open') else 'open' end as status
from lives;
