insert into seen select h, make_timestamp($now)::date from (select unnest($hashes::bigint[]) as h)
