-- What was mailed to one address (an invitation) is nobody else's to read.
select count(*) as total
from deliveries d join channels c on c.number = d.channel
where d.project = :project and (:channel is null or c.id = :channel) and (:state is null or d.state = :state)
