-- Parts of the large payloads of these events, in any order.
select seq, part, text
from wholes
where seq between $first and $last and seq in (select unnest($seqs::bigint[]))
