-- Beside a group's events, as JSON texts: who and where from of sessions, and hashes of ids. One cheap statement; derivation sorts them in.
insert into arrivals select unnest($rows::varchar[])
