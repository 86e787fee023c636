select number as "index", starts_at, ends_at, events, bytes, received_at from chunks where session = $session order by number
