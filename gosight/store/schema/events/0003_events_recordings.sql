-- Is there a recording of the visit, and was there one whose time is over? A visit without any event begins and ends with its recording.
alter table sessions add column has_replay boolean default false;

alter table sessions add column had_replay boolean default false;
