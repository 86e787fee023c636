insert into replay_outages values ($now, $now) on conflict do nothing
