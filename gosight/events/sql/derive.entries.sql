-- Sessions whose earliest page view is another than the one their source was read from.
with firsts as (
  select
    session_no, min(ts) as entry_at,
    arg_min(
      {'url': url, 'referrer': case when json_type(payload, '$.referrer') = 'VARCHAR' then payload ->> '$.referrer' end},
      epoch_us(ts)::hugeint * 1099511627776 + seq
    ) as page
  from events
  where
    session_no between $first and $last
    and session_no in (select unnest($touched::bigint[]))
    and type = 'page_view'
  group by session_no
)
select f.session_no, epoch_us(f.entry_at) as entry_at, f.page.url as url, f.page.referrer as referrer
from firsts as f
join sessions as s on s.session_no = f.session_no and s.session_no between $first and $last
where s.entry_at is distinct from f.entry_at
