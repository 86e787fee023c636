-- The pages on which most time was spent.
select page, sum(visits) as visits, sum(spent_us) as spent_us
from timed_pages
where project = :project and (:user is null or user = :user)
group by page
order by spent_us desc, page
limit 1000
