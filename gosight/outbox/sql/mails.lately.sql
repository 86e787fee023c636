select count(*) as total
from deliveries
where project = :project and mail_to is not null and created_at > :since
