-- Visits of one stretch of time, as ingest writes them with their first event. Everything follows from the number alone.
-- $ids: numbers, names and their hashes; $all: how many there are; $start, $days: when. The pages are decided here, too.
create or replace temp table made as
with numbered as (
  select
    i as session_no,
    $start::timestamp + to_microseconds(((i - 1) / $all::double * $days * 86_400_000_000)::bigint) as began_at,
    hash(i, 1) % 1_000_003 / 1_000_003.0 as a, hash(i, 2) % 1_000_003 / 1_000_003.0 as b,
    hash(i, 3) % 1_000_003 / 1_000_003.0 as c, hash(i, 4) % 1_000_003 / 1_000_003.0 as d,
    hash(i, 5) % 1_000_003 / 1_000_003.0 as e, visitor, session_id, session_hash, visitor_id, visitor_hash
  from (select unnest(from_json($ids::json,
    '[{"i":"BIGINT","visitor":"BIGINT","session_id":"VARCHAR","session_hash":"BIGINT","visitor_id":"VARCHAR","visitor_hash":"BIGINT"}]'
  ), recursive := true))
)
select
  session_no, session_id, session_hash, visitor_id, visitor_hash, began_at, visitor, d, e,
  case when a < 0.4 then 1 else least(40, 2 + floor(-ln(1 - b) * 12.2)::integer) end as page_count,
  ['US','DE','GB','FR','VN','IN','BR','JP','CA','NL','ES','PL','IT','AU','SE','KR','CH','MX','SG','TR','ZA','TH','NG','AR'][
    1 + floor(24 * pow(c, 2.2))::integer
  ] as country,
  [
    {'b': 'Chrome', 'v': '154.0', 'o': 'Windows', 'ov': '10', 'd': 'desktop', 's': '1920x1080', 'w': '1903x945'},
    {'b': 'Chrome', 'v': '153.0', 'o': 'Android', 'ov': '10', 'd': 'mobile', 's': '412x915', 'w': '412x785'},
    {'b': 'Safari', 'v': '26.1', 'o': 'iOS', 'ov': '18.6', 'd': 'mobile', 's': '390x844', 'w': '390x664'},
    {'b': 'Chrome', 'v': '154.0', 'o': 'macOS', 'ov': '10.15', 'd': 'desktop', 's': '1728x1117', 'w': '1728x962'},
    {'b': 'Edge', 'v': '154.0', 'o': 'Windows', 'ov': '10', 'd': 'desktop', 's': '1536x864', 'w': '1519x730'},
    {'b': 'Safari', 'v': '26.0', 'o': 'macOS', 'ov': '10.15', 'd': 'desktop', 's': '1440x900', 'w': '1440x765'},
    {'b': 'Firefox', 'v': '153.0', 'o': 'Windows', 'ov': '10', 'd': 'desktop', 's': '2560x1440', 'w': '2543x1297'},
    {'b': 'Safari', 'v': '18.6', 'o': 'iOS', 'ov': '17.7', 'd': 'tablet', 's': '820x1180', 'w': '820x1106'}
  ][1 + floor(8 * pow(e, 1.4))::integer] as device,
  [
    {'r': null, 'q': ''},
    {'r': 'https://www.google.com/', 'q': ''},
    {'r': 'https://www.google.com/', 'q': '?utm_source=google&utm_medium=cpc&utm_campaign=winter_sale'},
    {'r': null, 'q': '?utm_source=newsletter&utm_medium=email&utm_campaign=monthly_digest'},
    {'r': 'https://www.bing.com/', 'q': ''},
    {'r': 'https://www.facebook.com/', 'q': ''},
    {'r': 'https://t.co/q1w2e3', 'q': ''},
    {'r': 'https://news.ycombinator.com/', 'q': ''}
  ][1 + floor(8 * pow(d, 1.8))::integer] as origin,
  case when b < 0.25 then 'user_' || visitor % 60_000 end as user_id
from numbered;

insert into sessions (
  session_no, session_id, session_hash, visitor_id, visitor_hash, context_at, last_received_at, browser,
  browser_version, os, os_version, device_type, is_bot, screen, viewport, language, timezone, country, ip
)
select
  session_no, session_id, session_hash, visitor_id, visitor_hash, began_at, began_at, device.b, device.v, device.o, device.ov,
  device.d, hash(session_no, 9) % 100 < 3, device.s, device.w, 'en-US', 'Europe/Berlin', country,
  printf('%d.%d.%d.%d', 20 + visitor % 180, visitor % 251, visitor % 241, 1 + visitor % 239)
from made;
