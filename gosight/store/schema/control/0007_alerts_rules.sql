-- Rules that watch a project's figures. condition: JSON as the API shows it; channels: ids as a JSON list. since: windows that end after it are
-- judged. revision: another whenever what is judged has changed. Times: microseconds since 1970, UTC.
create table alert_rules (
  number integer primary key autoincrement,
  id text not null unique,
  project integer not null references projects (number) on delete cascade,
  name text not null,
  description text not null,
  condition text not null,
  channels text not null,
  cooldown_mins integer not null,
  notify_resolved integer not null,
  is_active integer not null,
  since integer not null,
  revision integer not null default 1,
  last_triggered integer,
  groups_cut integer not null default 0,
  created_at integer not null
) strict;

create index alert_rules_project on alert_rules (project, number);

-- What fires, and what fired a while ago, for each group of a rule (group_key: JSON of its values). resolved_at null: it fires.
create table alert_states (
  rule integer not null references alert_rules (number) on delete cascade,
  group_key text not null,
  triggered_at integer not null,
  resolved_at integer,
  history integer not null,
  primary key (rule, group_key)
) strict, without rowid;

-- What fired, also of rules that are gone. condition: as it was then. ended: how it came to an end, null while it fires.
create table alert_history (
  number integer primary key autoincrement,
  id text not null unique,
  project integer not null references projects (number) on delete cascade,
  rule_id text not null,
  rule_name text not null,
  condition text not null,
  triggered_at integer not null,
  resolved_at integer,
  ended text check (ended in ('resolved', 'changed', 'paused', 'deleted')),
  metric_value real not null,
  threshold real not null,
  context text not null,
  check ((resolved_at is null) = (ended is null))
) strict;

create index alert_history_project on alert_history (project, triggered_at);

create index alert_history_rule on alert_history (project, rule_id, triggered_at);

-- Up to when a project's windows have been judged.
create table alert_progress (
  project integer primary key references projects (number) on delete cascade,
  judged_at integer not null
) strict;
