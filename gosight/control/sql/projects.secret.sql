select signing_secret as value from projects where number = :number
