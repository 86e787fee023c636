-- Most viewed paths. avg_time in seconds, over visits with a known end. Asked for where no filter but bots is set: no join.
select
  path, count(*) filter (where started_at >= make_timestamp($middle)) as views,
  avg(time_on_page_ms) filter (where started_at >= make_timestamp($middle)) / 1000 as avg_time,
  count(*) filter (where started_at < make_timestamp($middle)) as before
from pages
where started_at >= make_timestamp($since) and started_at < make_timestamp($until) and ($bots or not is_bot) and path is not null
group by path
having views > 0
order by views desc, path
limit 10
