select number, id, slug, name, allowed_domains, settings, earlier_signals, created_at
from projects
order by number
