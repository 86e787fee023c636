-- Members, what they may open, and how they sign in. Times: microseconds since 1970, UTC.
create table members (
  id text primary key,
  email text not null unique collate nocase,
  name text not null,
  password_hash text not null,
  created_at integer not null
) strict;

create table logins (
  id text primary key,
  member_id text not null references members (id) on delete cascade,
  created_at integer not null,
  last_used_at integer not null,
  expires_at integer not null,
  ip text,
  user_agent text
) strict;

create index logins_member on logins (member_id);

create table refresh_tokens (
  digest text primary key,
  login_id text not null references logins (id) on delete cascade,
  created_at integer not null,
  used_at integer
) strict;

create index refresh_tokens_login on refresh_tokens (login_id);

create table projects (
  number integer primary key autoincrement,
  id text not null unique,
  slug text not null unique,
  name text not null,
  allowed_domains text not null default '[]',
  settings text not null default '{}',
  signing_secret text,
  created_at integer not null
) strict;

create table memberships (
  project integer not null references projects (number) on delete cascade,
  member_id text not null references members (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
  joined_at integer not null,
  primary key (project, member_id)
) strict;

create index memberships_member on memberships (member_id);

create table api_keys (
  id text primary key,
  project integer not null references projects (number) on delete cascade,
  name text not null,
  digest text not null unique,
  key_prefix text not null,
  permissions text not null,
  last_used_at integer,
  created_at integer not null
) strict;

create index api_keys_project on api_keys (project);

create table invitations (
  id text primary key,
  project integer not null references projects (number) on delete cascade,
  email text not null collate nocase,
  role text not null check (role in ('admin', 'member', 'viewer', 'owner')),
  digest text not null unique,
  created_at integer not null,
  expires_at integer not null,
  unique (project, email)
) strict;

-- Single values: the set-up token's digest, the key that signs access tokens, the daily salts.
create table secrets (
  name text primary key,
  value text not null,
  created_at integer not null
) strict;
