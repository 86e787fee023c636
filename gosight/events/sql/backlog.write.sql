update backlog set upto = $upto
