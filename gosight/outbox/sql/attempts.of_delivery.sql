select started_at, duration_ms, status, answer, error
from delivery_attempts
where delivery = :delivery
order by number
