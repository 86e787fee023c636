-- Where numbering goes on, how far derivation has come, and what waits for it beside events. What is recorded takes numbers, too.
select
  greatest((select coalesce(max(seq), 0) from events), (select max(derived_seq) from progress)) as last_seq,
  greatest(
    (select coalesce(max(session_no), 0) from sessions), (select coalesce(max(session_no), 0) from events)
  ) as last_session_no,
  (select max(derived_seq) from progress) as derived_seq, (select count(*) from arrivals) as waiting
