insert into alert_states (rule, group_key, triggered_at, resolved_at, history)
values (:rule, :group_key, :triggered_at, :resolved_at, :history)
on conflict (rule, group_key) do update
set triggered_at = excluded.triggered_at, resolved_at = excluded.resolved_at, history = excluded.history
