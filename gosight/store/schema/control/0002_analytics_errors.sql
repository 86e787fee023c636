-- What people decided about faults. One that is in no row is open. Times: microseconds since 1970, UTC.
create table fault_marks (
  project integer not null references projects (number) on delete cascade,
  fault integer not null,
  status text not null check (status in ('open', 'resolved', 'ignored')),
  changed_at integer not null,
  primary key (project, fault)
) strict, without rowid;
