-- What happened on one project. Times are TIMESTAMP in UTC. No index anywhere: scans of these columns are faster to keep.

-- One row per event, narrow: what is the same for a whole visit stands in sessions. payload is JSON text as it came, up to 8 KB; of a
-- larger one it is the gist, and whole has all of it, which only those read who show the event itself.
create table events (
  seq bigint not null,
  session_no bigint not null,
  ts timestamp not null,
  received_at timestamp not null,
  type varchar not null,
  name varchar,
  url varchar,
  path varchar,
  user_id varchar,
  sender_id varchar,
  payload varchar using compression zstd,
  whole varchar using compression zstd
);

-- One row per visit: who and where from (written with its first event), and its figures (derived from its events). derivation: which
-- run of derivation wrote the row; 0: none yet.
create table sessions (
  session_no bigint not null,
  derivation bigint not null default 0,
  session_id varchar not null,
  session_hash bigint not null,
  visitor_id varchar not null,
  visitor_hash bigint not null,
  context_at timestamp not null,
  entry_at timestamp,
  last_received_at timestamp not null,
  browser varchar,
  browser_version varchar,
  os varchar,
  os_version varchar,
  device_type varchar,
  is_bot boolean not null,
  screen varchar,
  viewport varchar,
  language varchar,
  timezone varchar,
  country varchar,
  region varchar,
  city varchar,
  ip varchar,
  referrer varchar,
  source varchar,
  utm_source varchar,
  utm_medium varchar,
  utm_campaign varchar,
  started_at timestamp,
  ended_at timestamp,
  duration_ms bigint,
  user_id varchar,
  entry_url varchar,
  entry_path varchar,
  exit_url varchar,
  exit_path varchar,
  page_count integer,
  event_count integer,
  click_count integer,
  error_count integer,
  rage_click_count integer,
  dead_click_count integer,
  error_click_count integer,
  thrashed_cursor_count integer
);

-- One row per page view: derived. started_at and is_bot are its session's, so that most figures need no join. is_first: the session's first view of this path.
create table pages (
  session_no bigint not null,
  position integer not null,
  started_at timestamp not null,
  is_bot boolean not null,
  entered_at timestamp not null,
  url varchar,
  path varchar,
  is_first boolean not null,
  title varchar,
  time_on_page_ms bigint,
  scroll_depth double
);

-- Rage, dead and error clicks and thrashed cursors: derived, never counted as events.
create table signals (
  session_no bigint not null,
  type varchar not null,
  ts timestamp not null,
  url varchar,
  path varchar,
  selector varchar,
  details varchar
);

-- What identify said of a user, as it was said; later moments win.
create table identities (
  user_id varchar not null,
  ts timestamp not null,
  seq bigint not null,
  traits varchar not null
);

-- Hashes of batch and event ids of the last 7 days, written in the transaction of the events themselves.
create table seen (
  hash bigint not null,
  day date not null
);

-- What arrived beside events and waits for derivation to sort it in: JSON texts of session rows and of hashes.
create table arrivals (
  j varchar not null
);

-- How far derivation has come, in seq.
create table progress (
  derived_seq bigint not null
);

insert into progress values (0);
