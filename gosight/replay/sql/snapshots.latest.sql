-- The last time that this page was seen, in a window of this width, on such a device.
select session as session_id, number as "index", position, taken_at, path, width, height, device_type
from snapshots
where
  path = $path and taken_at >= $since and taken_at < $until
  and ($device_type is null or device_type = $device_type)
  and ($min_width is null or width >= $min_width)
  and ($max_width is null or width <= $max_width)
order by taken_at desc
limit 1
