"""What query speaks: SQL in, rows out; the tables and functions that SQL may name; and why a query was refused."""

from typing import Any

import msgspec

from gosight.kit.errors import BadRequest, Forbidden


class QueryRefused(BadRequest):
    """The query was not run, or not to its end; the message says what to mend. Begins "Invalid SQL query: "."""

    def __init__(self, why: str, *, cause: str | None = None) -> None:
        super().__init__(f"Invalid SQL query: {why}", details={"field": "sql"}, cause=cause)


class MissingCustomerFilter(Forbidden):
    """A part of the query that reads a project's table has no condition on customer_id."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Missing customer_id filter: {why}", details={"field": "sql"})


class Column(msgspec.Struct, frozen=True):
    """`type` is DuckDB's name of it: BIGINT, VARCHAR, TIMESTAMP, JSON, VARCHAR[]."""

    name: str
    type: str


class Result(msgspec.Struct, frozen=True):
    """Rows hold Python values; times are naive datetimes in UTC. `truncated`: there were more rows than may be told."""

    columns: list[Column]
    rows: list[tuple[Any, ...]]
    truncated: bool
    execution_time_ms: float


class TableColumn(msgspec.Struct, frozen=True):
    """`type` is ClickHouse's name of it, `duckdb_type` DuckDB's."""

    name: str
    type: str
    duckdb_type: str
    description: str


class Table(msgspec.Struct, frozen=True):
    name: str
    description: str
    columns: list[TableColumn]


class Function(msgspec.Struct, frozen=True):
    """A function that queries may call."""

    name: str
    signature: str
    description: str


class Prepared(msgspec.Struct, frozen=True):
    """What may run. `parts`: the names that WITH gave; `format`: what stood behind ClickHouse's FORMAT."""

    sql: str
    parts: frozenset[str]
    catalog: str
    format: str
