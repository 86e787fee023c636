-- Past the latest so many of a delivery, the oldest go.
delete from delivery_attempts
where delivery = :delivery and number <= (
  select number from delivery_attempts where delivery = :delivery order by number desc limit 1 offset :most
)
