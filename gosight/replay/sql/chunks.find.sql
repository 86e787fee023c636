-- A chunk that is there already.
select events from chunks where session = $session and number = $number
