-- What each release weighs, the one that was uploaded longest ago first.
select release, count(*) as maps, sum(size) as size
from sourcemaps
where project = :project
group by release
order by max(uploaded_at), release
