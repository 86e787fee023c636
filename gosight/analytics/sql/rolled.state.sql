-- Up to where days are added up, in microseconds, and the first microseconds of those in a span that have changed since.
select
  coalesce(epoch_us(until::timestamp), 0) as until,
  coalesce(
    (
      select list(distinct epoch_us(day::timestamp)) from stale_days
      where day >= make_timestamp($since)::date and day < make_timestamp($until)::date
    ),
    []
  ) as stale
from rolled_up
