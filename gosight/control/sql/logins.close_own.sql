delete from logins where id = :id and member_id = :member
