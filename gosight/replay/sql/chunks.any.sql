-- Is this session in this file?
select 1 as found from chunks where session = $session limit 1
