insert into secrets (name, value, created_at) values (:name, :value, :at)
on conflict (name) do update set value = excluded.value, created_at = excluded.created_at
