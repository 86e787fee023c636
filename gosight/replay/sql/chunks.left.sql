select 1 as found from chunks limit 1
