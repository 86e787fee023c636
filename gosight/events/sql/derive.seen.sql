insert into seen
select (j ->> '$.hash')::bigint, make_timestamp((j ->> '$.received')::bigint)::date
from arrivals
where j ->> '$.hash' is not null
