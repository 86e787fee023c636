select url, path, title, entered_at, time_on_page_ms, scroll_depth
from pages
where session_no = $session_no
order by position
