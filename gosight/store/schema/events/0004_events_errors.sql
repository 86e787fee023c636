-- One row per js_error: derived from that event alone, so that it is added once and never changes. fault: the group's fingerprint, by the
-- version of the rules that held then.
create table occurrences (
  seq bigint not null,
  session_no bigint not null,
  ts timestamp not null,
  received_at timestamp not null,
  fault bigint not null,
  error_type varchar not null,
  message varchar not null,
  filename varchar,
  lineno integer,
  colno integer,
  release varchar,
  url varchar,
  path varchar
);

-- Events up to here were derived from before there were occurrences, and are still to be looked through, the latest first. No row: none.
create table backlog (
  upto bigint not null
);

insert into backlog select derived_seq from progress where derived_seq > 0;
