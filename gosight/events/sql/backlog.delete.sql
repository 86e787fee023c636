delete from backlog
