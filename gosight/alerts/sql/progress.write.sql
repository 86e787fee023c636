insert into alert_progress (project, judged_at)
select number, :at from projects where number = :project
on conflict (project) do update set judged_at = excluded.judged_at
