-- Parts of large payloads.
insert into wholes select unnest($seqs::bigint[]), unnest($parts::smallint[]), unnest($texts::varchar[])
