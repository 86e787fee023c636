"""What the gate keeps out."""

import re
import time

import pytest

from gosight.query import MissingCustomerFilter, QueryRefused
from tests.query.asked import Asked


def test_deep_nesting_is_refused(asked: Asked) -> None:
    assert asked.refusal("select " + "(" * 5000 + "1" + ")" * 5000)
    assert asked.refusal("select " + "abs(" * 3000 + "1" + ")" * 3000)
    assert asked.refusal("select * from " + "(select * from " * 500 + "sessions" + ")" * 500)


def test_a_long_text_is_refused(asked: Asked) -> None:
    assert asked.refusal(f"select '{'x' * 65_536}'") == "Invalid SQL query: expected at most 64 KB of SQL, got 64 KB"


def test_what_would_double_again_and_again_is_refused(asked: Asked) -> None:
    aliases = ", ".join(f"a{n} || a{n} as a{n + 1}" for n in range(40))
    assert "too large" in asked.refusal(f"select 'x' as a0, {aliases}")
    parts = ", ".join(f"b{n + 1} as (select x.n from b{n} as x, b{n} as y)" for n in range(40))
    assert "too large" in asked.refusal(f"with b0 as (select 1 as n), {parts} select * from b40")


TOO_LARGE = {
    "a replace of replaces": f"select length(replace(replace(replace('aaaaaaaaaa', 'a', '{'b' * 9000}'), 'b', '{'c' * 9000}'), 'c', 'dd'))",
    "a column again and again": f"select length({' || '.join(['properties'] * 90)}) from events_raw",
    "a column repeated": "select length(repeat(properties, 9999)) from events_raw",
    "repeats of repeats": "select length(repeat(repeat('x', 9999), 9999))",
    "repeats through names": "select length(repeat(x, 9999)) from (select repeat('x', 9999) as x)",
    "repeats through a part": "with a as (select repeat('x', 9999) as x) select length(repeat(x, 9999)) from a",
    "repeats through one name": "select length(x) from (select repeat(x, 999) as x from (select repeat(x, 999) as x from (select 'x' as x)))",
    "repeats through a union": "select length(repeat(a, 9999)) from (select 'x' as a union all select repeat('y', 9999) as b)",
    "repeats through a list of names": "select length(repeat(b, 9999)) from (select repeat('y', 9999) as a) as t(b)",
    "repeats through unnest": "select length(repeat(u, 9999)) from unnest([repeat('y', 9999)]) as t(u)",
    "doubling": "select length(h) from (select 'xxxxxxxxxxxxxxxx' as a, a||a||a||a as b, b||b||b||b as c, c||c||c||c as d, d||d||d||d as e, e||e||e||e as f, f||f||f||f as g, g||g||g||g as h)",
    "a list of lists": "select length(arrayMap(x -> range(9999), range(9999)))",
    "functions within functions": "select arrayMap(x -> arrayMap(y -> y, [1]), [1])",
    "a pattern that fits everywhere": f"select replaceRegexpAll(properties, '', '{'x' * 9000}') from events_raw",
    "many wide columns": "select " + ", ".join(f"repeat('x', 9999) as a{n}" for n in range(90)),
    "too many tables": " union all ".join(["select count() from events_raw"] * 51),
    "too many words": "select " + "+".join(["1"] * 6000),
}


@pytest.mark.parametrize("sql", TOO_LARGE.values(), ids=TOO_LARGE)
def test_what_could_become_too_large_is_not_begun(asked: Asked, sql: str) -> None:
    begin = time.monotonic()
    assert re.search("too large|too many|more than 50|at most 10000|inside another", asked.refusal(sql))
    assert time.monotonic() - begin < 5, "it was begun"


@pytest.mark.parametrize(
    "sql",
    [
        "select arrayStringConcat(arrayMap(x -> concat(x, '!'), groupArray(page_path)), ', ') from events_raw",
        "select concat(browser, ' ', browser_version, ' on ', os, ' ', os_version) from events_raw",
        "select replaceAll(page_path, '/', ' ') p, splitByChar('/', page_path)[2], lower(concat(p, '?')) from events_raw",
        "select concat(page_path, 'x') as page_path from events_raw",
        "select topK(3)(page_path), arrayFilter(x -> x like '%p%', groupUniqArray(page_path)) from events_raw",
        "select JSONExtractString(properties, 'a') || JSONExtractString(properties, 'b') from events_raw",
    ],
)
def test_what_people_write_is_not_too_large(asked: Asked, sql: str) -> None:
    asked.run(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select length(groupArray(a.properties || b.event_id)) from events_raw a, events_raw b, events_raw c, events_raw d, events_raw e, events_raw f, events_raw g",
        "select count() from events_raw a, events_raw b, events_raw c, events_raw d, events_raw e, events_raw f, events_raw g, events_raw h",
    ],
    ids=["memory", "time"],
)
def test_what_takes_too_much_is_stopped(asked: Asked, sql: str) -> None:
    message = asked.refusal(sql, seconds=1)
    assert re.search("it needs more memory than it may use|it ran longer than 1 s", message)
    assert asked.rows("select 1") == [(1,)]


OF_CUSTOMERS = {
    "none": ("select count() from events_raw", False),
    "plain": ("select count() from events_raw where customer_id = 'demo_tenant'", True),
    "the other way round": ("select count() from events_raw where 'demo_tenant' = customer_id", True),
    "in parentheses": ("select count() from events_raw where ((customer_id = 'demo_tenant') and (1 = 1))", True),
    "of another": ("select count() from events_raw where customer_id = 'other'", False),
    "below or": ("select count() from events_raw where customer_id = 'demo_tenant' or 1 = 1", False),
    "below not": ("select count() from events_raw where not customer_id = 'demo_tenant'", False),
    "unlike": ("select count() from events_raw where customer_id <> 'demo_tenant'", False),
    "an alias": (
        "select count(), 'demo_tenant' as customer_id from events_raw where customer_id = 'demo_tenant'",
        False,
    ),
    "having": ("select count() from events_raw group by customer_id having customer_id = 'demo_tenant'", False),
    "prewhere": ("select count() from events_raw prewhere customer_id = 'demo_tenant' where is_bot", True),
    "a subquery without": (
        "select * from (select visitor_id, customer_id from sessions) where customer_id = 'demo_tenant'",
        False,
    ),
    "a subquery with": ("select * from (select visitor_id from sessions where customer_id = 'demo_tenant')", True),
    "a part without": ("with a as (select * from sessions) select * from a where customer_id = 'demo_tenant'", False),
    "a part with": ("with a as (select * from sessions where customer_id = 'demo_tenant') select * from a", True),
    "a part that is not used": ("with a as (select * from sessions) select 1", False),
    "in without": (
        "select 1 from events_raw where customer_id = 'demo_tenant' and visitor_id in (select visitor_id from sessions)",
        False,
    ),
    "union, one arm": (
        "select visitor_id from sessions where customer_id = 'demo_tenant' union all select visitor_id from sessions",
        False,
    ),
    "union, both arms": (
        "select visitor_id from sessions where customer_id = 'demo_tenant' "
        "union all select visitor_id from pages where customer_id = 'demo_tenant'",
        True,
    ),
    "a join, one side": (
        "select 1 from events_raw e join sessions s on e.session_id = s.session_id where e.customer_id = 'demo_tenant'",
        False,
    ),
    "a join, both sides": (
        "select 1 from events_raw e join sessions s on e.session_id = s.session_id "
        "where e.customer_id = 'demo_tenant' and s.customer_id = 'demo_tenant'",
        True,
    ),
    "a join, in its on": (
        "select 1 from events_raw e join sessions s on e.session_id = s.session_id and s.customer_id = 'demo_tenant' "
        "where e.customer_id = 'demo_tenant'",
        True,
    ),
    "a join, the same": (
        "select 1 from events_raw e join sessions s on e.session_id = s.session_id and s.customer_id = e.customer_id "
        "where e.customer_id = 'demo_tenant'",
        True,
    ),
    "a left join, the left side in its on": (
        "select 1 from events_raw e left join sessions s on e.session_id = s.session_id and e.customer_id = 'demo_tenant' "
        "and s.customer_id = 'demo_tenant'",
        False,
    ),
    "a left join, the right side in its on": (
        "select 1 from events_raw e left join sessions s on e.session_id = s.session_id and s.customer_id = 'demo_tenant' "
        "where e.customer_id = 'demo_tenant'",
        True,
    ),
    "a full join in its on": (
        "select 1 from events_raw e full join sessions s on s.customer_id = 'demo_tenant' and e.customer_id = 'demo_tenant'",
        False,
    ),
    "using": (
        "select 1 from events_raw join sessions using (customer_id, session_id) where customer_id = 'demo_tenant'",
        True,
    ),
    "a cross join, one side": (
        "select 1 from events_raw e, sessions s where e.customer_id = 'demo_tenant'",
        False,
    ),
    "a join with a part": (
        "with a as (select visitor_id v from sessions where customer_id = 'demo_tenant') "
        "select 1 from events_raw join a on v = visitor_id where customer_id = 'demo_tenant'",
        True,
    ),
    "a scalar subquery": ("select (select count() from sessions)", False),
    "exists": ("select exists(select 1 from sessions where customer_id = 'demo_tenant')", True),
}


@pytest.mark.parametrize(("sql", "is_there"), OF_CUSTOMERS.values(), ids=OF_CUSTOMERS)
def test_each_part_that_reads_a_table_says_whose(asked: Asked, sql: str, is_there: bool) -> None:
    if is_there:
        asked.run(sql, needs_customer=True)
        return
    with pytest.raises(
        MissingCustomerFilter, match=r"^Missing customer_id filter: add WHERE .*customer_id = 'demo_tenant'"
    ):
        asked.run(sql, needs_customer=True)


def test_whoever_has_a_connection_of_the_project_needs_no_condition(asked: Asked) -> None:
    assert asked.rows("select count() from events_raw") == [(18,)]
    assert asked.rows("select count() from events_raw where customer_id = 'other'") == [(0,)]


def test_a_dry_run_tells_the_columns(asked: Asked) -> None:
    columns = asked.queries.check(
        asked.project, "select count() n, max(timestamp) t from events_raw", needs_customer=False
    )
    assert [(column.name, column.type) for column in columns] == [("n", "BIGINT"), ("t", "TIMESTAMP")]
    with pytest.raises(QueryRefused, match="there is no column visitr; near: visitor_id"):
        asked.queries.check(asked.project, "select visitr from events_raw", needs_customer=False)
