"""Functions mean what they mean in ClickHouse."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gosight.query.answers import encoded
from gosight.query.sql.functions_table import CLICKHOUSE, DUCKDB
from tests.analytics.visits import DESKTOP, send
from tests.query import clickhouse
from tests.query.asked import Asked
from tests.world import StoppedClock, noon, opened


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The rows that ClickHouse answered about."""
    with opened(tmp_path_factory.mktemp("compared") / "data", StoppedClock(noon())) as world:
        owner = world.member("olga")
        key = world.key(owner, world.project(owner, "demo_tenant", "Demo"), "write")
        for visitor, events in clickhouse.visits().items():
            send(world, key, visitor, f"s{visitor[1:]}", DESKTOP, events)
        yield Asked(world, owner)


def rows(asked: Asked, sql: str) -> Any:
    found = json.loads(encoded(asked.run(sql), "")[0])
    return [[row[name] for name in found["columns"]] for row in found["data"]]


@pytest.mark.parametrize(
    ("expression", "answer"), clickhouse.expressions(), ids=[sql for sql, _ in clickhouse.expressions()]
)
def test_an_expression_is_what_clickhouse_makes_of_it(compared: Asked, expression: str, answer: Any) -> None:
    assert clickhouse.alike(rows(compared, f"SELECT {expression}")) == answer


@pytest.mark.parametrize(("query", "answer"), clickhouse.queries(), ids=[sql for sql, _ in clickhouse.queries()])
def test_a_query_answers_what_clickhouse_answers(compared: Asked, query: str, answer: Any) -> None:
    assert clickhouse.alike(rows(compared, clickhouse.on_ours(query))) == answer


OF_DUCKDB = {
    "strftime(timestamp '2026-01-02 03:04:05', '%Y/%m/%d %M')": "2026/01/02 04",
    "date_trunc('week', timestamp '2026-11-22 10:00:00'), strlen('')": "2026-11-16T00:00:00Z",
    "dayofweek(date '2026-11-22')": 0,
    "list_filter([1, 2, 3], x -> x > 1)": [2, 3],
    "list_transform([1, 2, 3], lambda x: x * 2)": [2, 4, 6],
    "string_agg(x, '+' order by x desc)": "b+a",
    "count(*) filter (where x = 'a')": 1,
    "quantile_cont(n, 0.5)": 1.5,
    "median(n)": 1.5,
    "list(x order by x)": ["a", "b"],
    "round(2.5), strlen('x')": 3,
    "log(100), strlen('x')": 2,
    "n::varchar || 'x' from (select 7 as n), (select strlen('y'))": "7x",
    "{'a': 1, 'b': [1, 2]}": {"a": 1, "b": [1, 2]},
    "[1, 2, 3][2:3]": [2, 3],
    "7 // 2": 3,
    "2 ** 3": 8,
    "regexp_extract('abc-12', '([a-z]+)-(\\d+)', 2)": "12",
    "'{\"a\": {\"b\": 5}}'::json ->> '$.a.b'": "5",
    "arg_max(x, n)": "b",
    "extract(year from date '2026-11-22'), strlen('')": 2026,
    "try_cast('x' as integer)": None,
    "current_date": "2026-11-22",
    "interval '90 minutes'": "1:30:00",
    "1.5 + 1.25, strlen('')": 2.75,
}


@pytest.mark.parametrize(("expression", "answer"), OF_DUCKDB.items(), ids=OF_DUCKDB)
def test_duckdbs_own_sql_works_too(compared: Asked, expression: str, answer: Any) -> None:
    source = "" if " from " in expression else " from (select 'a' as x, 1 as n union all select 'b', 2)"
    ((value, *_), *_) = rows(compared, f"select {expression}{source}")
    assert value == answer


@pytest.mark.parametrize(
    ("call", "near"),
    [("uniqe(x)", "uniq"), ("toStartOfHours(x)", "toStartOfHour"), ("medain(x)", "median"), ("groupBitXor(x)", "")],
)
def test_what_is_not_known_is_refused_by_its_name(compared: Asked, call: str, near: str) -> None:
    message = compared.refusal(f"select {call} from events_raw")
    assert message.startswith(f"Invalid SQL query: there is no function {call.partition('(')[0]}")
    assert near in message


def test_a_wrong_number_of_arguments_is_told(compared: Asked) -> None:
    assert (
        compared.refusal("select toStartOfHour()") == "Invalid SQL query: toStartOfHour: expected toStartOfHour(time)"
    )
    assert compared.refusal("select quantile(timestamp)(1) from events_raw") == (
        "Invalid SQL query: quantile: level: expected a number that is written out, got a name"
    )


LISTED = [line for text in (CLICKHOUSE, DUCKDB) for line in text.strip().splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("line", LISTED, ids=lambda line: line.partition(" | ")[0])
def test_every_line_of_the_table_leads_to_functions_that_are_there(compared: Asked, line: str) -> None:
    """Called with texts and numbers that may not suit it: DuckDB may say so, but knows the function."""
    head = (
        line.partition(" | ")[0].split(" ", 1)[-1]
        if line.startswith(("agg ", "win ", "list "))
        else line.partition(" | ")[0]
    )
    head = head.removeprefix("list ")
    call = head.replace("...", "1").replace("!", "").replace("unit'", "'day'").replace("part'", "'day'")
    call = "".join(call.split("'")) if "'day'" not in call else call
    message = compared.refusal(f"select {_filled(head)}{' over ()' if line.startswith('win ') else ''}")
    assert "there is no function" not in message, call
    assert "does not exist" not in message, message


def _filled(head: str) -> str:
    """The signature with a value for each parameter."""
    name, *lists = head.replace(")", "").split("(")
    return name + "".join(
        f"({', '.join(_value(one.strip()) for one in part.split(',') if one.strip())})" for part in lists
    )


def _value(parameter: str) -> str:
    if parameter == "...":
        return "1"
    if parameter.startswith(("unit", "part")):
        return "'day'"
    if parameter.endswith("'"):
        return "'%Y'"
    return {"f": "x -> x", "list": "[1]", "other": "[1]", "json": "'{}'", "interval": "INTERVAL 1 DAY"}.get(
        parameter, "1"
    )
