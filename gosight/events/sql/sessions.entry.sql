-- A page view came that is earlier than all others of its session: the visit's source is that page's.
update sessions
set
  entry_at = make_timestamp(r.entry_at), referrer = r.referrer, source = r.source, utm_source = r.utm_source,
  utm_medium = r.utm_medium, utm_campaign = r.utm_campaign
from (select from_json(j::json, $types) as r from (select unnest($rows::varchar[]) as j)) as earlier
where sessions.session_no = r.session_no and sessions.session_no between $first and $last
