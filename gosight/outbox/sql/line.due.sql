-- Of each channel the one that has waited longest, unless one of its is on its way or its receiver asked for a pause.
select number, project, channel
from (
  select d.number, d.project, d.channel, d.next_attempt_at,
         row_number() over (partition by coalesce(d.channel, -d.number) order by d.next_attempt_at, d.number) as place
  from deliveries d left join channels c on c.number = d.channel
  where d.state = 'pending' and d.next_attempt_at <= :now and d.claimed_until <= :now
    and (c.number is null or (c.off_reason is null and c.not_before <= :now))
    and not exists (
      select 1 from deliveries other
      where other.channel = d.channel and other.state = 'pending' and other.claimed_until > :now
    )
)
where place = 1
order by next_attempt_at, number
