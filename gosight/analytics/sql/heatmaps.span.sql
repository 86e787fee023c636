-- From which session to which the chosen ones are: what looks for theirs needs to read no others. Null where there are none.
select min(session_no) as first, max(session_no) as last
from chosen_sessions(
  $since, $until, null, $referrer, $country, $browser, $os, $device_type, $utm_source, $utm_medium, $utm_campaign, $user_id, $bots
)
