select count(*) as total
from events
where session_no = $session_no and ($types is null or type in (select unnest($types::varchar[])))
