select d.number, d.id, c.id as channel_id, d.topic, d.title, d.message, d.state, d.reason, d.tries, d.created_at, d.next_attempt_at
from deliveries d join channels c on c.number = d.channel
where d.project = :project and (:channel is null or c.id = :channel) and (:state is null or d.state = :state)
order by d.number desc
limit :limit offset :offset
