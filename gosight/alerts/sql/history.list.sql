select number, rule_id, rule_name, condition, triggered_at, resolved_at, ended, metric_value, threshold, context, id
from alert_history
where
  project = :project and (:rule_id is null or rule_id = :rule_id) and (:fires is null or (ended is null) = :fires)
order by triggered_at desc, number desc
limit :limit offset :offset
