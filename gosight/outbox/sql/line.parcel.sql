select d.number, d.id, d.channel, d.mail_to, coalesce(c.type, 'email') as kind,
       coalesce(c.address, json_object('to', json_array(d.mail_to))) as address, coalesce(c.secret, '{}') as secret,
       d.message, d.created_at
from deliveries d left join channels c on c.number = d.channel
where d.number = :number
