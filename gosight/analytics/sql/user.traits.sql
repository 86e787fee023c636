-- What identify said of a user, the last word last.
select traits from identities where user_id = $user_id order by ts, seq
