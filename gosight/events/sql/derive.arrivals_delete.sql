delete from arrivals
