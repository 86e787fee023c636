-- Page views by path.
select path as page, count(*) as views, count(distinct visitor_hash) as unique_visitors
from events
join sessions using (session_no)
where ts >= make_timestamp($since) and ts < make_timestamp($until) and type = 'page_view' and path is not null and not is_bot
group by 1
order by 2 desc, 1
limit $limit
