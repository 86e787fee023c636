-- Events of one group. $rows: list of JSON texts; $types: their structure.
insert into events (seq, session_no, ts, received_at, type, name, url, path, user_id, sender_id, payload)
select
  r."#q", r."#s", make_timestamp(r."#t"), make_timestamp(r."#r"), r.type, r.name, r.url, r."#p", r.user_id, r.id,
  nullif(r.payload::varchar, 'null')
from (select from_json(j::json, $types) as r from (select unnest($rows::varchar[]) as j))
