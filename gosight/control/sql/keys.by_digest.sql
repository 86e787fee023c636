select k.id as key_id, k.permissions, p.number, p.id, p.slug, p.name, p.allowed_domains, p.settings,
  p.earlier_signals, p.created_at
from api_keys k
join projects p on p.number = k.project
where k.digest = :digest
