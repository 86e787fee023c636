update sessions
set
  entry_at = make_timestamp(r.entry_at), referrer = r.referrer, source = r.source, utm_source = r.utm_source,
  utm_medium = r.utm_medium, utm_campaign = r.utm_campaign
from (
  select from_json(
    j::json,
    '{"session_no":"BIGINT","entry_at":"BIGINT","referrer":"VARCHAR","source":"VARCHAR","utm_source":"VARCHAR","utm_medium":"VARCHAR","utm_campaign":"VARCHAR"}'
  ) as r
  from (select unnest($rows::varchar[]) as j)
) as entry
where sessions.session_no = r.session_no and sessions.session_no between $first and $last
