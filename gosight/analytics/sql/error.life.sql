-- Since when a fault is there, and where it stands.
select first_seen, last_seen, reopened_at, status
from fault_states($fault, $faults::bigint[], $statuses::varchar[], $changed::bigint[], $bots)
