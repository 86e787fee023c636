select number, id, slug, name, allowed_domains, settings, created_at
from projects
order by number
