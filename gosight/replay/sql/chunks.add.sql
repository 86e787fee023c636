-- Right after its body.
insert into chunks (session, number, starts_at, ends_at, events, bytes, received_at, has_snapshot, body)
values ($session, $number, $starts_at, $ends_at, $events, $bytes, $received_at, $has_snapshot, last_insert_rowid())
