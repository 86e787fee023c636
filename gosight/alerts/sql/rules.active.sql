-- Projects in which something is to be judged.
select distinct project as number from alert_rules where is_active
