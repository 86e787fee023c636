insert into sourcemaps (id, project, release, file, name, size, unpacked_size, source_count, has_content, uploaded_at)
values (:id, :project, :release, :file, :name, :size, :unpacked_size, :source_count, :has_content, :uploaded_at)
