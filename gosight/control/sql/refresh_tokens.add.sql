insert into refresh_tokens (digest, login_id, created_at) values (:digest, :login, :at)
