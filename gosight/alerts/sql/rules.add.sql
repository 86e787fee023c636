insert into alert_rules (
  id, project, name, description, condition, channels, cooldown_mins, notify_resolved, is_active, since, created_at
)
values (
  :id, :project, :name, :description, :condition, :channels, :cooldown_mins, :notify_resolved, :is_active, :now, :now
)
