-- Visits whose beginning, pauses and end the application tells. active_since: since when it goes on, null while it is paused or over; active_us:
-- microseconds without pauses up to then. received_at: when the last request for it came. Times: microseconds since 1970, UTC.
create table timed_sessions (
  number integer primary key autoincrement,
  id text not null unique,
  project integer not null references projects (number) on delete cascade,
  user text not null,
  state text not null check (state in ('active', 'paused', 'ended')),
  started_at integer not null,
  last_step_at integer not null,
  last_seen_at integer not null,
  active_since integer,
  active_us integer not null,
  ended_at integer,
  closed_by text check (closed_by in ('timeout')),
  steps integer not null,
  received_at integer not null,
  check ((state = 'ended') = (ended_at is not null)),
  check ((state = 'active') = (active_since is not null))
) strict;

create index timed_sessions_project on timed_sessions (project, started_at, number);

create index timed_sessions_user on timed_sessions (project, user, started_at, number);

create index timed_sessions_open on timed_sessions (received_at) where state != 'ended';

create table timed_steps (
  session integer not null references timed_sessions (number) on delete cascade,
  position integer not null,
  step text not null check (step in ('start', 'pause', 'resume', 'end')),
  told_at integer not null,
  primary key (session, position)
) strict, without rowid;

-- What users spent on pages, as the application told: sums, so that they stay small however often somebody comes.
create table timed_pages (
  project integer not null references projects (number) on delete cascade,
  user text not null,
  page text not null,
  visits integer not null,
  spent_us integer not null,
  primary key (project, user, page)
) strict, without rowid;

-- Batches of events that the project's events file has not been seen to hold yet. id: the batch's own, which counts once.
create table timed_mirror (
  number integer primary key autoincrement,
  id text not null unique,
  project integer not null references projects (number) on delete cascade,
  batch text not null
) strict;
