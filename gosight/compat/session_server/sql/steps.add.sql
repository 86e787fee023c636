insert into timed_steps (session, position, step, told_at)
select number, :position, :step, :at from timed_sessions where id = :id
