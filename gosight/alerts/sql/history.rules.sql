-- Rules that have fired, also those that are gone, under their latest name.
select rule_id as id, rule_name as name, max(number) as number
from alert_history
where project = :project
group by rule_id
order by rule_name
limit 200
