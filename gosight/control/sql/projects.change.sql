update projects
set name = :name, slug = :slug, allowed_domains = :allowed_domains, settings = :settings,
  earlier_signals = :earlier_signals
where number = :number
