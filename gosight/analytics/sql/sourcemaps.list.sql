select id, release, file, size, unpacked_size, source_count, has_content, uploaded_at
from sourcemaps
where project = :project and (:release is null or release = :release)
order by uploaded_at desc, id
limit :limit offset :offset
