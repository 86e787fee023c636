-- The latest that identify said of a user, the last word last.
select traits
from (select traits, ts, seq from identities where user_id = $user_id order by ts desc, seq desc limit $most)
order by ts, seq
