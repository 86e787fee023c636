update channels set not_before = max(not_before, :until) where number = :channel
