select upto from backlog
