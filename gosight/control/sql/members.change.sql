update members
set name = coalesce(:name, name), email = coalesce(:email, email), password_hash = coalesce(:password_hash, password_hash)
where id = :id
