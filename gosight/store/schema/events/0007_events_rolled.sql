-- Days in UTC that are over, added up, so that a quarter's figures need not read a million sessions. What can't be added up
-- (distinct visitors, anything under a filter) is not here.

-- Days before `until` are added up, but for those in stale_days, where something has changed since. Null: none yet.
create table rolled_up (
  until date
);

insert into rolled_up values (null);

create table stale_days (
  day date not null
);

-- Of each hour in which sessions began, what the overview's totals and curves are made of.
create table rolled_hours (
  day date not null,
  began timestamp not null,
  is_bot boolean not null,
  sessions bigint not null,
  pageviews bigint not null,
  events bigint not null,
  duration_ms bigint not null,
  bounces bigint not null,
  rage_clicks bigint not null,
  dead_clicks bigint not null,
  error_clicks bigint not null,
  thrashed_cursors bigint not null,
  error_sessions bigint not null,
  frustrated_sessions bigint not null
);

-- Sessions by each value of each dimension; kind names the dimension.
create table rolled_values (
  day date not null,
  is_bot boolean not null,
  kind varchar not null,
  value varchar not null,
  sessions bigint not null
);

-- Page views by path, of the sessions that began that day. sessions: those that saw the path; timed: views with a known end.
create table rolled_paths (
  day date not null,
  is_bot boolean not null,
  path varchar not null,
  views bigint not null,
  sessions bigint not null,
  timed bigint not null,
  time_ms bigint not null
);

-- Of four spans that no whole day covers; one that is empty (it ends where it begins) costs nothing.
create macro loose_sessions(since_1, until_1, since_2, until_2, since_3, until_3, since_4, until_4, bots_) as table
select * from sessions
where started_at >= make_timestamp(since_1) and started_at < make_timestamp(until_1) and (bots_ or not is_bot)
union all
select * from sessions
where started_at >= make_timestamp(since_2) and started_at < make_timestamp(until_2) and (bots_ or not is_bot)
union all
select * from sessions
where started_at >= make_timestamp(since_3) and started_at < make_timestamp(until_3) and (bots_ or not is_bot)
union all
select * from sessions
where started_at >= make_timestamp(since_4) and started_at < make_timestamp(until_4) and (bots_ or not is_bot);

create macro loose_pages(since_1, until_1, since_2, until_2, since_3, until_3, since_4, until_4, bots_) as table
select * from pages
where started_at >= make_timestamp(since_1) and started_at < make_timestamp(until_1) and (bots_ or not is_bot)
union all
select * from pages
where started_at >= make_timestamp(since_2) and started_at < make_timestamp(until_2) and (bots_ or not is_bot)
union all
select * from pages
where started_at >= make_timestamp(since_3) and started_at < make_timestamp(until_3) and (bots_ or not is_bot)
union all
select * from pages
where started_at >= make_timestamp(since_4) and started_at < make_timestamp(until_4) and (bots_ or not is_bot);
