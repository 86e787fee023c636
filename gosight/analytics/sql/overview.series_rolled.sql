-- The same as overview.series where $step is whole hours, from days that are added up and from the sessions around them.
with counted as (
  select epoch_us(began) as began, sessions, pageviews
  from rolled_hours
  where day in (select unnest($days::date[])) and ($bots or not is_bot)
  union all
  select epoch_us(started_at), 1, page_count
  from loose_sessions(
    $since_1, $until_1, $since_2, $until_2, $since_3, $until_3, $since_4, $until_4, $bots
  )
)
select began // $step * $step as "at", sum(sessions)::bigint as sessions, coalesce(sum(pageviews), 0)::bigint as pageviews
from counted
group by "at"
