-- Rows of these sessions that an earlier derivation wrote.
delete from sessions
where
  session_no between $first and $last and session_no in (select unnest($touched::bigint[]))
  and derivation != $derivation
