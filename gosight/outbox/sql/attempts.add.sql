insert into delivery_attempts (delivery, started_at, duration_ms, status, answer, error)
values (:delivery, :started_at, :duration_ms, :status, :answer, :error)
