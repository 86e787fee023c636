update channels set off_reason = null, off_at = null, not_before = 0 where number = :number
