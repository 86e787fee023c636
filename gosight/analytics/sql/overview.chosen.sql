-- What the overview's statements look at of the chosen sessions: kept in a temporary table that goes with its transaction.
select
  session_no, started_at, visitor_hash, page_count, event_count, duration_ms, error_count, rage_click_count, dead_click_count,
  error_click_count, thrashed_cursor_count, source, country, device_type, browser, os, utm_source, utm_medium, utm_campaign,
  entry_path, exit_path
from chosen_sessions(
  $since, $until, $path, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
)
