insert into projects (id, slug, name, allowed_domains, settings, created_at)
values (:id, :slug, :name, :allowed_domains, :settings, :at)
