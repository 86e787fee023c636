select s.rule, s.group_key, s.triggered_at, s.resolved_at, s.history
from alert_states as s
join alert_rules as r on r.number = s.rule
where r.project = :project
