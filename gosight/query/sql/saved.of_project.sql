-- Without their text: 200 of them may be 12 MB.
select
  q.number, q.id, q.project, q.name, q.description, '' as sql, q.shown, m.name as created_by, q.created_at, c.name as changed_by,
  q.changed_at
from saved_queries as q
left join members as m on m.id = q.created_by
left join members as c on c.id = q.changed_by
where q.project = :project
order by q.name collate nocase
