"""The tables of `system` and `information_schema`, as far as clients look into them: what `Queries` tells of itself."""

import re
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from gosight.compat.clickhouse import formats
from gosight.compat.clickhouse.errors import SPOKEN
from gosight.query import Queries, Table

ENGINE = "View"
"""What all tables here are: nothing can be written to them."""
SYSTEM = ("system", "information_schema")


class Relation(msgspec.Struct, frozen=True):
    """A little table: names and ClickHouse types of its columns, and its rows."""

    columns: list[tuple[str, str]]
    rows: list[tuple[Any, ...]]


class Setting(msgspec.Struct, frozen=True):
    """What a client may set, and what holds where it does not."""

    name: str
    value: str
    type: str
    description: str


SETTINGS = [
    Setting("enable_http_compression", "0", "Bool", "Pack answers with gzip for clients that take it"),
    Setting(
        "max_execution_time",
        "0",
        "Seconds",
        "Stop a query after so long; 0 or more than the server's limit: the server's limit",
    ),
    Setting(
        "max_result_rows", "0", "UInt64", "Rows of an answer; 0 or more than the server's limit: the server's limit"
    ),
    Setting("output_format_json_quote_64bit_integers", "0", "Bool", "Write integers of 64 bits as strings in JSON"),
    Setting(
        "result_overflow_mode",
        "throw",
        "OverflowMode",
        "throw: more rows than that are an error; break: the answer ends there",
    ),
]
"""Only what has an effect here. Others are taken and change nothing: they tell another engine how to work."""


def strings(*names: str) -> list[tuple[str, str]]:
    return [(name, "String") for name in names]


def single(name: str, kind: str, value: Any) -> Relation:
    return Relation([(name, kind)], [(value,)])


def named_rows(names: list[str]) -> Relation:
    return Relation(strings("name"), [(name,) for name in names])


class Known(Protocol):
    """What the tables tell of."""

    database: str

    @property
    def tables(self) -> list[Table]: ...


def _databases(schema: Known, queries: Queries) -> Relation:
    heads = strings("name", "engine", "data_path", "metadata_path", "uuid", "engine_full", "comment")
    return Relation(heads, [(name, "Memory", "", "", "", "", "") for name in (schema.database, *SYSTEM)])


def _tables(schema: Known, queries: Queries) -> Relation:
    heads = [
        *strings("database", "name", "uuid", "engine"),
        ("is_temporary", "UInt8"),
        *strings("create_table_query", "engine_full", "partition_key", "sorting_key", "primary_key", "sampling_key"),
        ("total_rows", "Nullable(UInt64)"),
        ("total_bytes", "Nullable(UInt64)"),
        *strings("comment", "data_paths", "as_select"),
    ]
    rows = [
        (schema.database, table.name, "", ENGINE, 0, "", "", "", "", "", "", None, None, table.description, "", "")
        for table in schema.tables
    ]
    return Relation(heads, rows)


def _columns(schema: Known, queries: Queries) -> Relation:
    heads = [
        *strings("database", "table", "name", "type"),
        ("position", "UInt64"),
        *strings("default_kind", "default_expression", "comment", "compression_codec"),
        ("is_in_partition_key", "UInt8"),
        ("is_in_sorting_key", "UInt8"),
        ("is_in_primary_key", "UInt8"),
        ("is_in_sampling_key", "UInt8"),
        ("numeric_precision", "Nullable(UInt64)"),
        ("numeric_scale", "Nullable(UInt64)"),
        ("character_octet_length", "Nullable(UInt64)"),
        ("datetime_precision", "Nullable(UInt64)"),
    ]
    rows = [
        (schema.database, table.name, one.name, one.type, at, "", "", one.description, "", *[0] * 4, *[None] * 4)
        for table in schema.tables
        for at, one in enumerate(table.columns, 1)
    ]
    return Relation(heads, rows)


def _settings(schema: Known, queries: Queries) -> Relation:
    heads = [
        ("name", "String"),
        ("value", "String"),
        ("changed", "UInt8"),
        ("description", "String"),
        ("min", "Nullable(String)"),
        ("max", "Nullable(String)"),
        ("readonly", "UInt8"),
        ("type", "String"),
        ("default", "String"),
        ("is_obsolete", "UInt8"),
    ]
    rows = [(one.name, one.value, 0, one.description, None, None, 0, one.type, one.value, 0) for one in SETTINGS]
    return Relation(heads, rows)


def _functions(schema: Known, queries: Queries) -> Relation:
    heads = [
        ("name", "String"),
        ("is_aggregate", "UInt8"),
        ("case_insensitive", "UInt8"),
        *strings("alias_to", "create_query", "origin", "description", "syntax"),
    ]
    rows = [(one.name, 0, 0, "", "", "System", one.description, one.signature) for one in queries.functions()]
    return Relation(heads, rows)


def _formats(schema: Known, queries: Queries) -> Relation:
    return Relation(
        [("name", "String"), ("is_input", "UInt8"), ("is_output", "UInt8")],
        [(one.name, 0, 1) for one in formats.FORMATS],
    )


def _engines(schema: Known, queries: Queries) -> Relation:
    return named_rows([ENGINE])


def _types(schema: Known, queries: Queries) -> Relation:
    heads = [("name", "String"), ("case_insensitive", "UInt8"), ("alias_to", "String")]
    kinds = sorted({re.split(r"\(", column.type)[0] for table in schema.tables for column in table.columns})
    return Relation(heads, [(kind, 0, "") for kind in kinds])


def _dummy(schema: Known, queries: Queries) -> Relation:
    return single("dummy", "UInt8", 0)


def _build(schema: Known, queries: Queries) -> Relation:
    return Relation(strings("name", "value"), [("VERSION_DESCRIBE", SPOKEN), ("VERSION_FULL", f"GoSight {SPOKEN}")])


def _empty(*names: str) -> "_Make":
    return lambda schema, queries: Relation(strings(*names), [])


def _schemata(schema: Known, queries: Queries) -> Relation:
    heads = strings("catalog_name", "schema_name", "schema_owner")
    return Relation(heads, [(name, name, "default") for name in (schema.database, *SYSTEM)])


def _information_tables(schema: Known, queries: Queries) -> Relation:
    heads = strings("table_catalog", "table_schema", "table_name", "table_type", "table_comment")
    rows = [(schema.database, schema.database, one.name, "VIEW", one.description) for one in schema.tables]
    return Relation(heads, rows)


def _information_columns(schema: Known, queries: Queries) -> Relation:
    heads = [
        *strings("table_catalog", "table_schema", "table_name", "column_name"),
        ("ordinal_position", "UInt64"),
        *strings("column_default", "is_nullable", "data_type", "column_type", "column_comment"),
    ]
    rows = [
        (schema.database, schema.database, table.name, one.name, at, "",
         "YES" if "Nullable" in one.type else "NO", one.type, one.type, one.description)
        for table in schema.tables
        for at, one in enumerate(table.columns, 1)
    ]  # fmt: skip
    return Relation(heads, rows)


_Make = Callable[[Known, Queries], Relation]
MADE_OF: dict[str, dict[str, _Make]] = {
    "system": {
        "build_options": _build,
        "clusters": _empty("cluster", "host_name"),
        "columns": _columns,
        "data_type_families": _types,
        "databases": _databases,
        "dictionaries": _empty("database", "name"),
        "formats": _formats,
        "functions": _functions,
        "one": _dummy,
        "processes": _empty("query_id", "user", "query"),
        "settings": _settings,
        "table_engines": _engines,
        "tables": _tables,
    },
    "information_schema": {
        "columns": _information_columns,
        "schemata": _schemata,
        "tables": _information_tables,
    },
}
