update members set name = coalesce(:name, name), email = coalesce(:email, email) where id = :id
