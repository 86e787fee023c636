delete from logins where member_id = :member and id <> :keep
