select count(*) as total
from events
where
  session_no between $first and $last and session_no in (select unnest($sessions::bigint[]))
  and ($types is null or type in (select unnest($types::varchar[])))
