-- Source maps that are kept, gzipped, in the project's folder. file: path of the minified file, as far as whoever uploaded it knew; name: its
-- last part. size: bytes gzipped. Times: microseconds since 1970, UTC.
create table sourcemaps (
  id text primary key,
  project integer not null references projects (number) on delete cascade,
  release text not null,
  file text not null,
  name text not null,
  size integer not null,
  unpacked_size integer not null,
  source_count integer not null,
  has_content integer not null,
  uploaded_at integer not null,
  unique (project, release, file)
) strict;

create index sourcemaps_name on sourcemaps (project, name);
