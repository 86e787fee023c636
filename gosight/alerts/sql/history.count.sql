select count(*) as total
from alert_history
where
  project = :project and (:rule_id is null or rule_id = :rule_id) and (:fires is null or (ended is null) = :fires)
