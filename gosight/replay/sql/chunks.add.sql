-- Right after its body.
insert into chunks (session, number, starts_at, ends_at, events, bytes, received_at, body)
values ($session, $number, $starts_at, $ends_at, $events, $bytes, $received_at, last_insert_rowid())
