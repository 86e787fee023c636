insert into deliveries (id, project, channel, mail_to, topic, title, message, state, reason, created_at, next_attempt_at)
values (:id, :project, :channel, :mail_to, :topic, :title, :message, :state, :reason, :now, :next_attempt_at)
