-- A mail to one address may hold what is for that person alone, such as the link of an invitation.
update deliveries set title = '', message = '{}' where number = :number
