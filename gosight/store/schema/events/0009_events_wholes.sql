-- Payloads of more than 8 KB as they came, cut into parts: DuckDB unpacks 2,048 values of a column at a time, which of whole ones are
-- 128 MiB, all that it may use. Those of events stored before this table was are in events.whole.
create table wholes (
  seq bigint not null,
  part smallint not null,
  text varchar not null using compression zstd
);
