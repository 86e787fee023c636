-- Which of these faults have occurred.
select distinct fault from occurrences where fault in (select unnest($faults::bigint[]))
