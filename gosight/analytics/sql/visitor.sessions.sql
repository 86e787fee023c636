-- The latest sessions of one visitor.
select session_no
from sessions
where visitor_hash = $hash and visitor_id = $visitor_id and started_at is not null
order by started_at desc, session_no desc
limit $most
