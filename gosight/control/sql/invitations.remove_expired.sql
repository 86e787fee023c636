delete from invitations where expires_at <= :now
