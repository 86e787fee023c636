delete from logins where expires_at <= :now
