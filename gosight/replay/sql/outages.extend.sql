update replay_outages set ended_at = $now where started_at = (select max(started_at) from replay_outages) and ended_at >= $since
