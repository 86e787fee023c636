-- Queries that members keep for each other. sql: as it was written. shown: JSON, how the result is looked at. created_by, changed_by:
-- members; null where a key did it, or who did is gone. Times: microseconds since 1970, UTC.
create table saved_queries (
  number integer primary key autoincrement,
  id text not null unique,
  project integer not null references projects (number) on delete cascade,
  name text not null collate nocase,
  description text not null,
  sql text not null,
  shown text not null,
  created_by text references members (id) on delete set null,
  created_at integer not null,
  changed_by text references members (id) on delete set null,
  changed_at integer not null,
  unique (project, name)
) strict;
