update alert_rules set groups_cut = :groups_cut where number = :number and groups_cut <> :groups_cut
