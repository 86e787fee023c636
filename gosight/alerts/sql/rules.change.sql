update alert_rules
set
  name = :name, description = :description, condition = :condition, channels = :channels, cooldown_mins = :cooldown_mins,
  notify_resolved = :notify_resolved, is_active = :is_active, since = :since, revision = :revision, groups_cut = :groups_cut
where number = :number
