insert into bodies (body) values ($body)
