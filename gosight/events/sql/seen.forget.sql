delete from seen where day < make_timestamp($now)::date - 7
