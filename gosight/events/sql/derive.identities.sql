-- What identify said since. Traits that are no object are nothing.
insert into identities
select user_id, ts, seq, payload -> '$.traits'
from events
where
  seq > $after and seq <= $upto and type = 'identify' and user_id is not null
  and json_type(payload, '$.traits') = 'OBJECT'
