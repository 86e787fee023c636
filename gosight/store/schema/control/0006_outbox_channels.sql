-- Where projects are told of things. address: JSON, as it is shown; secret: JSON of what is never shown again; identity: a hash of the type and
-- the whole address. off_reason: why it was switched off, null while it is on. not_before: its receiver asked for a pause until then.
-- Times: microseconds since 1970, UTC.
create table channels (
  number integer primary key autoincrement,
  id text not null unique,
  project integer not null references projects (number) on delete cascade,
  type text not null check (type in ('telegram', 'email', 'slack', 'discord', 'webhook')),
  name text not null,
  address text not null,
  secret text not null,
  identity text not null,
  off_reason text,
  off_at integer,
  not_before integer not null default 0,
  created_at integer not null,
  unique (project, identity)
) strict;

-- Messages on their way, and those that went. Each goes to a channel or to one address. id: what receivers know it by, the same in every try.
-- tries: since it was last put in line. claimed_until: somebody is sending it; past that moment they are taken for gone.
create table deliveries (
  number integer primary key autoincrement,
  id text not null unique,
  project integer not null references projects (number) on delete cascade,
  channel integer references channels (number) on delete cascade,
  mail_to text,
  topic text not null,
  title text not null,
  message text not null,
  state text not null check (state in ('pending', 'delivered', 'failed', 'skipped')),
  reason text,
  tries integer not null default 0,
  created_at integer not null,
  next_attempt_at integer,
  claimed_until integer not null default 0,
  check ((channel is null) <> (mail_to is null)),
  check ((state = 'pending') = (next_attempt_at is not null))
) strict;

create index deliveries_project on deliveries (project, number);

create index deliveries_channel on deliveries (channel, number);

create index deliveries_due on deliveries (next_attempt_at) where state = 'pending';

-- status: the receiver's, of HTTP or SMTP; null where there was no answer. answer: its first bytes. error: why it counts as failed.
create table delivery_attempts (
  number integer primary key autoincrement,
  delivery integer not null references deliveries (number) on delete cascade,
  started_at integer not null,
  duration_ms integer not null,
  status integer,
  answer text,
  error text
) strict;

create index delivery_attempts_delivery on delivery_attempts (delivery, number);
