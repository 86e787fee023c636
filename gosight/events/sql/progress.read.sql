-- Where numbering goes on, and how far derivation has come.
select
  (select coalesce(max(seq), 0) from events) as last_seq,
  greatest(
    (select coalesce(max(session_no), 0) from sessions), (select coalesce(max(session_no), 0) from events)
  ) as last_session_no,
  (select max(derived_seq) from progress) as derived_seq
