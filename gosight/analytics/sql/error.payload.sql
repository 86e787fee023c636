-- All that one error told.
select coalesce(whole, payload) as payload from events where seq = $seq
