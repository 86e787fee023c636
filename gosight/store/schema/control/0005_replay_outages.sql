-- Spans of time in which recordings were refused because the disk was nearly full. Times: microseconds since 1970, UTC.
create table replay_outages (
  started_at integer primary key,
  ended_at integer not null
) strict;
