update channels set off_reason = :reason, off_at = :now where number = :number and off_reason is null
