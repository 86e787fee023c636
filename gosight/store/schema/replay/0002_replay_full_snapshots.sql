-- Does a chunk hold a full snapshot, from which a page can be shown? Null where nobody looked when it came.
alter table chunks add column has_snapshot integer;
