select type, ts, url, path, selector
from signals
where session_no = $session_no
order by ts, type
