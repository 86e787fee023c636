-- By which numbers signals were found before: a list of {"until": microseconds, "signals": …}, oldest first. A change counts from
-- then on, so what was received before it goes on being judged by these.
alter table projects add column earlier_signals text not null default '[]';
