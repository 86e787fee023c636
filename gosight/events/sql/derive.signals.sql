insert into signals
select r.session_no, r.type, make_timestamp(r.at), r.url, r.path, r.selector, r.details::varchar
from (
  select from_json(
    j::json,
    '{"session_no":"BIGINT","type":"VARCHAR","at":"BIGINT","url":"VARCHAR","path":"VARCHAR","selector":"VARCHAR","details":"JSON"}'
  ) as r
  from (select unnest($rows::varchar[]) as j)
)
