-- Past the latest so many of a project, the oldest go.
delete from deliveries
where project = :project and number <= (
  select number from deliveries where project = :project order by number desc limit 1 offset :most
)
