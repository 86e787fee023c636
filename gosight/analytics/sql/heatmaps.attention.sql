-- How long each band of a page ($band px high) was in the window, in milliseconds over all visits of the page, and how many visits there
-- were. A visit begins at the top, as high as the session's window ($window where nobody told); it rests where scrolls say, until
-- the next one or until the page was left, but $rest_ms at most: who rests longer is away. A band counts where its middle is in the window.
with chosen as (
  select session_no, coalesce(try_cast(split_part(viewport, 'x', 2) as integer), $window) as window_height
  from chosen_sessions(
    $since, $until, null, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
  )
),
visits as materialized (
  select
    p.session_no, p.position, p.entered_at, p.entered_at + to_milliseconds(p.time_on_page_ms) as left_at, c.window_height
  from pages as p
  join chosen as c on c.session_no = p.session_no
  where p.path = $path and p.started_at >= make_timestamp($since) and p.started_at < make_timestamp($until)
),
rests as (
  select session_no, position, entered_at as ts, 0 as y, window_height, left_at
  from visits
  union all
  select v.session_no, v.position, s.ts, s.y, coalesce(s.window_height, v.window_height), v.left_at
  from scrolls as s
  asof join visits as v on v.session_no = s.session_no and s.ts >= v.entered_at
  where s.path = $path and s.session_no between $first and $last and s.y is not null
),
timed as (
  select
    y, window_height,
    epoch_ms(coalesce(lead(ts) over (partition by session_no, position order by ts), left_at)) - epoch_ms(ts) as rested_ms
  from rests
),
bands as (
  select
    unnest(range(round(y / $band)::bigint, least($bands, round((y + window_height) / $band)::bigint))) as band,
    least($rest_ms, rested_ms) as rested_ms
  from timed
  where rested_ms > 0
)
select band, sum(rested_ms)::bigint as total_ms, (select count(*) from visits) as visits
from bands
group by band
order by band
