insert into alert_history (
  id, project, rule_id, rule_name, condition, triggered_at, resolved_at, ended, metric_value, threshold, context
)
values (
  :id, :project, :rule_id, :rule_name, :condition, :triggered_at, :resolved_at, :ended, :metric_value, :threshold, :context
)
returning number
