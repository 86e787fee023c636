-- Events of one group. $rows: list of JSON texts; $types: their structure.
insert into events
select
  r."#q", r."#s", make_timestamp(r."#t"), make_timestamp(r."#r"), r.type, r.name, r.url, r."#p", r.user_id, r.id,
  nullif(r.payload::varchar, 'null'), r."#w"
from (select from_json(j::json, $types) as r from (select unnest($rows::varchar[]) as j))
