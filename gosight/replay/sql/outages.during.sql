-- Were recordings refused at any time between these?
select 1 as found from replay_outages where started_at <= $until and ended_at >= $since limit 1
