delete from bodies where id in (select body from chunks where session = $session)
