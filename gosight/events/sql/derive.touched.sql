-- Sessions that have had events since, and what of theirs these events may have changed.
with mine as (
  select
    session_no, bool_or(type in ('page_view', 'page_exit', 'scroll')) as pages,
    bool_or(type in ('click', 'dead_click', 'js_error', 'mouse_move')) as signals,
    bool_or(type = 'click') as clicks, bool_or(type = 'scroll') as scrolls, bool_or(type = 'identify') as identities,
    bool_or(type = 'js_error') as errors,
    min(ts) as first_at, min(ts) filter (where type = 'page_view') as view_at
  from events
  where seq > $after and seq <= $upto
  group by session_no
)
select
  m.session_no as session_no, m.pages or (s.started_at is not null and m.first_at < s.started_at) as pages, m.signals as signals,
  m.clicks as clicks, m.scrolls as scrolls, m.identities as identities, m.view_at is not null and m.view_at is distinct from s.entry_at
    and (s.entry_at is null or m.view_at < s.entry_at) as entry, m.errors as errors,
  coalesce(least(m.first_at, s.started_at) < (select until from rolled_up)::timestamp, false) as added_up
from mine as m
join sessions as s on s.session_no = m.session_no
where s.session_no >= (select min(session_no) from mine)
