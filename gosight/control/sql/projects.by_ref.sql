-- Ids and slugs share one namespace, so at most one project answers.
select number, id, slug, name, allowed_domains, settings, earlier_signals, created_at
from projects
where id = :ref or slug = :ref
