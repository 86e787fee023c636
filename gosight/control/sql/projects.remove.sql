delete from projects where number = :number
