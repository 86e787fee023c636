-- Only the latest are kept of what is over.
delete from alert_history
where
  project = :project and ended is not null
  and number <= (select number from alert_history where project = :project order by number desc limit 1 offset :most)
