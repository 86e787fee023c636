update projects
set name = :name, slug = :slug, allowed_domains = :allowed_domains, settings = :settings
where number = :number
