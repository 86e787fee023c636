select d.number, d.id, c.id as channel_id, d.topic, d.title, d.message, d.state, d.reason, d.tries, d.created_at, d.next_attempt_at
from deliveries d join channels c on c.number = d.channel
where d.project = :project and d.id = :id
