"""The kept answers are ClickHouse's own: where its engine is installed (`pip install -e '.[engine]'`, half a gigabyte),
it is asked again."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.query import clickhouse

chdb = pytest.importorskip("chdb", reason="ClickHouse's engine is not installed: pip install -e '.[engine]'")
session = pytest.importorskip("chdb.session")

Ask = Callable[[str], list[list[Any]]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Runs a query in ClickHouse, where events_raw has the rows of `clickhouse.visits`."""
    engine = session.Session(str(tmp_path_factory.mktemp("chdb")))
    engine.query("create database if not exists d")
    engine.query("use d")
    engine.query(
        "create table events_raw (event_id String, visitor_id String, session_id String, event_type String, "
        "timestamp DateTime64(3, 'UTC'), n Int64) engine = MergeTree order by event_id"
    )
    rows = [
        (
            event["id"],
            visitor,
            f"s{visitor[1:]}",
            event["type"],
            event["ts"][:-1].replace("T", " "),
            event["payload"]["n"],
        )
        for visitor, events in clickhouse.visits().items()
        for event in events
    ]
    values = ", ".join("(" + ", ".join(repr(value) for value in row) + ")" for row in rows)
    engine.query(f"insert into events_raw values {values}")

    def run(sql: str) -> list[list[Any]]:
        text = str(engine.query(sql, "JSONCompactEachRow"))
        return [json.loads(line.replace('.000"', '"')) for line in text.splitlines()]

    yield run
    engine.close()


@pytest.mark.parametrize(
    ("expression", "answer"), clickhouse.expressions(), ids=[sql for sql, _ in clickhouse.expressions()]
)
def test_an_expression_is_still_what_clickhouse_makes_of_it(ask: Ask, expression: str, answer: Any) -> None:
    assert clickhouse.alike(ask(f"select {expression}")) == clickhouse.alike(answer)


@pytest.mark.parametrize(("query", "answer"), clickhouse.queries(), ids=[sql for sql, _ in clickhouse.queries()])
def test_a_query_is_still_what_clickhouse_makes_of_it(ask: Ask, query: str, answer: Any) -> None:
    assert clickhouse.alike(ask(query)) == clickhouse.alike(answer)
