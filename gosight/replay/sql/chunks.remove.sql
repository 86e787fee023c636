delete from chunks where session = $session
