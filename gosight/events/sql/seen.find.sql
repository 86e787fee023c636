-- Which of these the project has had within 7 days.
select hash from seen where hash = any($hashes::bigint[])
