insert into secrets (name, value, created_at) values ($name, $value, $now) on conflict (name) do nothing
