delete from logins where id = :id
