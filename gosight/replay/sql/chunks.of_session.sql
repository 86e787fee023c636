select number as "index", starts_at, ends_at, events, bytes, received_at, has_snapshot
from chunks where session = $session order by number
