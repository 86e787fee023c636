delete from snapshots where session = $session
