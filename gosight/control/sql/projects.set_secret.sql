update projects set signing_secret = :secret where number = :number
