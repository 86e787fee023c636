-- The next day to add up: one that has changed, or the first with sessions that is over and not added up yet. Null: none.
select coalesce(
  (select min(day) from stale_days),
  (
    select min(started_at)::date from sessions
    where started_at >= coalesce((select until from rolled_up), '0001-01-01'::date)::timestamp and started_at < make_timestamp($over)
  )
) as day
