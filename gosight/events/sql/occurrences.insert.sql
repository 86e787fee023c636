insert into occurrences
select
  r.seq, r.session_no, make_timestamp(r.ts), make_timestamp(r.received_at), r.fault, r.error_type, r.message, r.filename, r.lineno,
  r.colno, r.release, r.url, r.path
from (
  select from_json(
    j::json,
    '{"seq":"BIGINT","session_no":"BIGINT","ts":"BIGINT","received_at":"BIGINT","fault":"BIGINT","error_type":"VARCHAR","message":"VARCHAR",
    "filename":"VARCHAR","lineno":"INTEGER","colno":"INTEGER","release":"VARCHAR","url":"VARCHAR","path":"VARCHAR"}'
  ) as r
  from (select unnest($rows::varchar[]) as j)
)
order by r.seq
