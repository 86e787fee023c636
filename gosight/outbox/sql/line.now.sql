select state, tries, channel from deliveries where number = :number
