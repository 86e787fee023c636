-- Sessions that have had events since.
select distinct session_no from events where seq > $after and seq <= $upto
