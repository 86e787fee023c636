insert into rolled_paths
select
  $day::date, is_bot, path, count(*), count(*) filter (where is_first), count(time_on_page_ms), coalesce(sum(time_on_page_ms), 0)
from pages
where
  started_at >= $day::date::timestamp and started_at < $day::date::timestamp + interval 1 day and path is not null
group by is_bot, path
order by path
