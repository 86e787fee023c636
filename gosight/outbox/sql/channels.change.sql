update channels set name = :name, secret = :secret where number = :number
