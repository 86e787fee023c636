-- One page of sessions. $sort and $direction (1 or -1) come from closed lists; ties go by session_no, so that pages never overlap.
select
  session_id, visitor_id, user_id, started_at, ended_at, duration_ms, entry_url, exit_url, entry_path, exit_path, page_count, event_count,
  click_count, error_count, rage_click_count, dead_click_count, error_click_count, thrashed_cursor_count,
  coalesce(has_replay, false) as has_replay, is_bot, source, browser, browser_version, os, os_version, device_type, country, city
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
order by
  $direction * case $sort
    when 'duration' then duration_ms when 'events' then event_count::bigint else epoch_us(started_at)
  end, $direction * session_no
limit $limit offset $offset
