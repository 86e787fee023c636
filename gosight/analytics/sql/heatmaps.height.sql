-- How high a page is by those who scrolled it: asked for where nobody clicked it.
select quantile_disc(page_height, 0.5) as page_height
from scrolls
where path = $path and session_no between $first and $last
