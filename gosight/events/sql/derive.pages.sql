-- Page visits of these sessions. A visit ends at the time its page_exit tells, else at the next page view, else nobody knows.
-- page_exit and scroll belong to the last page view of their path before them.
with mine as (
  select
    session_no, seq, ts, type, url, path,
    case when type = 'page_view' then payload ->> '$.title' end as title,
    case when type = 'page_exit' then try_cast(payload ->> '$.time_on_page_ms' as double) end as told_ms,
    case
      when type = 'page_exit' then try_cast(payload ->> '$.scroll_depth' as double)
      when type = 'scroll' then try_cast(payload ->> '$.depth_percent' as double)
    end as depth
  from events
  where
    session_no between $first and $last
    and session_no in (select unnest($touched::bigint[]))
    and type in ('page_view', 'page_exit', 'scroll')
),
numbered as (
  select *, count(*) filter (where type = 'page_view') over (partition by session_no, path order by ts, seq) as visit
  from mine
),
views as (
  select
    *, row_number() over (partition by session_no order by ts, seq) as position,
    lead(ts) over (partition by session_no order by ts, seq) as next_ts
  from numbered
  where type = 'page_view'
),
ends as (
  select
    session_no, path, visit, max(told_ms) filter (where told_ms >= 0 and told_ms < 1e12) as told_ms,
    max(depth) filter (where depth >= 0 and depth <= 1000) as depth
  from numbered
  where type != 'page_view'
  group by all
)
insert into pages
select
  v.session_no, v.position, s.started_at, s.is_bot, v.ts, v.url, v.path, v.visit = 1, v.title,
  coalesce(round(e.told_ms)::bigint, epoch_ms(v.next_ts) - epoch_ms(v.ts)), case when e.depth is not null then least(e.depth, 100) end
from views as v
join sessions as s on s.session_no = v.session_no and s.session_no between $first and $last
left join ends as e on e.session_no = v.session_no and e.visit = v.visit and e.path is not distinct from v.path
order by v.session_no, v.position
