select count(*) as members from members
