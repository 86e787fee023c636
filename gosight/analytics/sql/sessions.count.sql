-- How many sessions a list has in all: the same conditions.
select count(*) as total
from chosen_sessions(
  $since, $until, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
)
where
  ($visitor_id is null or visitor_id = $visitor_id)
  and ($has_error is null or (error_count > 0) = $has_error)
  and ($has_rage_click is null or (rage_click_count > 0) = $has_rage_click)
  and ($has_dead_click is null or (dead_click_count > 0) = $has_dead_click)
  and ($has_error_click is null or (error_click_count > 0) = $has_error_click)
  and ($has_thrashed_cursor is null or (thrashed_cursor_count > 0) = $has_thrashed_cursor)
  and ($is_frustrated is null or $is_frustrated = (
    rage_click_count > 0 or dead_click_count > 0 or error_click_count > 0 or thrashed_cursor_count > 0
  ))
  and ($has_replay is null or coalesce(has_replay, false) = $has_replay)
  and ($min_duration_ms is null or duration_ms >= $min_duration_ms)
  and ($max_duration_ms is null or duration_ms <= $max_duration_ms)
