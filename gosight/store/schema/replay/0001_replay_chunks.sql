-- Recordings of one project that began in one month. A session's chunks are all in one file. Times: microseconds since 1970, UTC.

-- One row per chunk, apart from what is in it, so that a session's list is read in one go.
create table chunks (
  session text not null,
  number integer not null,
  starts_at integer not null,
  ends_at integer not null,
  events integer not null,
  bytes integer not null,
  received_at integer not null,
  body integer not null,
  primary key (session, number)
) strict, without rowid;

-- Gzipped JSON as it came.
create table bodies (
  id integer primary key,
  body blob not null
) strict;

-- Pages as they were seen: which event of which chunk is a full snapshot. Sizes of the viewport in CSS pixels.
create table snapshots (
  path text not null,
  taken_at integer not null,
  session text not null,
  number integer not null,
  position integer not null,
  width integer not null,
  height integer not null,
  device_type text,
  primary key (path, taken_at, session, number, position)
) strict, without rowid;

create index snapshots_session on snapshots (session);
