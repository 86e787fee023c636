-- Sessions whose last chunk came before this, some of them.
select session from chunks group by session having max(received_at) < $before limit $most
