"""What is gathered once and repeated in each row is told before it takes gigabytes."""

import pytest

from gosight.query.sql import weight
from tests.query.asked import Asked

MANY = "(select unnest(range(9999)) as x)"
SOME = "(select unnest(range(4900)) as x)"


@pytest.mark.parametrize(
    "sql",
    [
        f"select list(x) over () from {MANY}",
        f"select string_agg(concat(x::varchar, '----------')) over () from {MANY}",
        f"select histogram(x) over () from {MANY}",
        f"select (select list(x) from {SOME}) from {MANY}",
        f"select a.x, b.l from {MANY} a, (select list(x::varchar) as l from {SOME}) b",
        f"select list(struct_pack(a := x)) over () from {MANY}".replace("struct_pack(a := x)", "(x, x)"),
        f"select range(9999) from {MANY}",
        f"select topK(9999)(x) over () from {MANY}",
        f"select {', '.join(f'c as c{n}' for n in range(300))} from (select lpad('', 999, 'x') as c from {MANY})",
    ],
    ids=["list", "text", "map", "subquery", "join", "list of tuples", "range", "topK", "many columns"],
)
def test_large_rows_in_any_number_are_refused(asked: Asked, sql: str) -> None:
    assert "of the answer is too large together with those before it" in asked.refusal(sql)


def test_one_large_row_is_answered(asked: Asked) -> None:
    ((items, text),) = asked.rows(f"select list(x), string_agg(x) from {MANY}")
    assert (len(items), text[:6]) == (9999, "0,1,2,")


def test_small_rows_keep_their_order_their_names_and_their_types(asked: Asked) -> None:
    found = asked.run(
        f"select x % 500 as y, list(x) as l, 'a' as z from {MANY} group by x % 500 order by 1 desc limit 300"
    )
    assert [(column.name, column.type) for column in found.columns] == [
        ("y", "BIGINT"),
        ("l", "BIGINT[]"),
        ("z", "VARCHAR"),
    ]
    assert [row[0] for row in found.rows] == list(range(499, 199, -1))
    assert not found.truncated
    assert asked.run(f"select [x] from {MANY}", max_rows=3).truncated


def test_only_what_gathers_is_looked_at() -> None:
    assert not weight.may_be_large('select count(*) as "n" from "p_1"."main"."events" as "e"')
    assert weight.may_be_large('select list("e"."type") from "p_1"."main"."events" as "e"')


@pytest.mark.parametrize(
    "sql",
    [
        f"select max(len(l)) from (select list(x) as l from {MANY})",
        f"select count(distinct l) from (select list(x) over () as l from {MANY})",
        f"with a as (select string_agg(concat(x::varchar, '----------')) as s from {MANY})"
        f" select count(*) from a, {MANY} as b where contains(concat(s, b.x::varchar), 'y')",
        f"select count(*) from {MANY} where x in (select unnest(list(x)) from {MANY})",
        f"select 1 where (select histogram(x) from {MANY}) is null",
    ],
    ids=["subquery", "window", "part", "condition", "scalar"],
)
def test_a_part_gathers_less_than_the_whole(asked: Asked, sql: str) -> None:
    assert weight.TOO_MANY in asked.refusal(sql)


def test_a_part_may_gather_what_people_do(asked: Asked) -> None:
    paths = "select visitor_id, groupArray(event_type) as path from events_raw group by visitor_id"
    assert asked.rows(f"select max(length(path)) > 0 from ({paths})") == [(True,)]
    both = f"(select list(x) as l from {MANY} where x < 5000) union all (select list(x) from {MANY})"
    assert [len(items) for (items,) in asked.rows(both)] == [5000, 9999]
