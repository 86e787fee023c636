delete from signals where session_no between $first and $last and session_no in (select unnest($touched::bigint[]))
