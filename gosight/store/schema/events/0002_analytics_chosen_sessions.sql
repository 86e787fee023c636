-- Sessions that begin in a range and match all filters that are given: the one place where a filter is defined.
create macro chosen_sessions(
  since, until, path_, referrer_, country_, browser_, os_, device_type_, utm_source_, utm_medium_, utm_campaign_, user_id_, bots_
) as table
select *
from sessions
where
  started_at >= make_timestamp(since) and started_at < make_timestamp(until) and (bots_ or not is_bot)
  and (referrer_ is null or source = referrer_ or referrer = referrer_)
  and (country_ is null or country = country_)
  and (browser_ is null or browser = browser_)
  and (os_ is null or os = os_)
  and (device_type_ is null or device_type = device_type_)
  and (utm_source_ is null or utm_source = utm_source_)
  and (utm_medium_ is null or utm_medium = utm_medium_)
  and (utm_campaign_ is null or utm_campaign = utm_campaign_)
  and (user_id_ is null or user_id = user_id_)
  and (
    path_ is null
    or session_no in (
      select session_no from pages
      where path = path_ and is_first and pages.started_at >= make_timestamp(since) and pages.started_at < make_timestamp(until)
    )
  );
