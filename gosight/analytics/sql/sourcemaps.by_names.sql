-- Maps of files that are called so, of one release or of all.
select id, release, file, size, unpacked_size, source_count, has_content, uploaded_at
from sourcemaps
where project = :project and name in (select value from json_each(:names)) and (:release is null or release = :release)
