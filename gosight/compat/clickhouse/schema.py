"""What clients ask about the schema: SHOW, DESCRIBE, EXISTS, and the tables of `system` and `information_schema`.

All of it is what `Queries` tells of itself: nothing here looks into the store.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlglot.tokenizer_core import Token, TokenType

from gosight.compat.clickhouse import formats
from gosight.compat.clickhouse.errors import SPOKEN, Code, Refusal
from gosight.compat.clickhouse.statement import Statement
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


class Schema:
    """The schema as one connection sees it; `database` is the name under which it has its project."""

    def __init__(self, queries: Queries, database: str, names: frozenset[str]) -> None:
        self._queries = queries
        self._tables = {table.name: table for table in queries.tables()}
        self.database = database
        self._names = names
        """What its project may be called: `default`, its id, its slug."""

    def own(self, database: str | None) -> bool:
        return not database or database in self._names

    def need_database(self, database: str | None) -> None:
        """Another's project is one that does not exist."""
        if not self.own(database) and str(database).lower() not in SYSTEM:
            raise Refusal(Code.UNKNOWN_DATABASE, f"Database {str(database)[:64]} does not exist")

    def answer(self, statement: Statement) -> Relation:
        """To a statement about the schema."""
        words = [statement.verb, *(token.text.upper() for token in statement.tokens[1:])]
        rest = statement.tokens[1:]
        match words:
            case ["USE", _]:
                self.need_database(rest[0].text)
                return Relation([], [])
            case ["EXISTS", "DATABASE", _]:
                name = rest[1].text
                return _one("result", "UInt8", int(self.own(name) or name.lower() in SYSTEM))
            case ["EXISTS", *_]:
                return _one(
                    "result", "UInt8", int(self._find(_without(rest, "TEMPORARY", "TABLE", "VIEW")) is not None)
                )
            case [("DESCRIBE" | "DESC"), *_]:
                return self._described(_without(rest, "TABLE"))
            case ["SHOW", *_]:
                return self._shown(words[1:], statement.tokens[1:])
        raise Refusal(Code.SYNTAX_ERROR, f"Syntax error: expected more after {words[0]}")

    def _shown(self, words: list[str], tokens: list[Token]) -> Relation:
        while words and words[0] in ("FULL", "EXTENDED", "TEMPORARY"):
            words, tokens = words[1:], tokens[1:]
        match words:
            case [("DATABASES" | "SCHEMAS"), *_]:
                return _names(_filtered([self.database, *SYSTEM], words[1:], tokens[1:]))
            case ["TABLES", *_]:
                return _names(self._listed(words[1:], tokens[1:]))
            case ["CREATE", *_]:
                name, columns = self._need(_without(tokens[1:], "TABLE", "VIEW"))
                return _one("statement", "String", _created(self.database, name, columns))
            case [("COLUMNS" | "FIELDS"), ("FROM" | "IN"), *_]:
                _, columns = self._need(tokens[2:])
                fields = [
                    (name, kind, "YES" if "Nullable" in kind else "NO", "", None, "") for name, kind, _ in columns
                ]
                heads = [
                    *_strings("field", "type", "null", "key"),
                    ("default", "Nullable(String)"),
                    ("extra", "String"),
                ]
                return Relation(heads, fields)
            case ["FUNCTIONS", *_]:
                return self.relation("system", "functions")
            case ["SETTINGS", *_]:
                rows = [(one.name, one.type, one.value) for one in SETTINGS]
                names = set(_filtered([one.name for one in SETTINGS], words[1:], tokens[1:]))
                return Relation(_strings("name", "type", "value"), [row for row in rows if row[0] in names])
            case ["PROCESSLIST" | "ACCESS" | "GRANTS" | "ROLES" | "USERS" | "DICTIONARIES" | "CLUSTERS", *_]:
                return Relation(_strings("name"), [])
        expected = "TABLES, DATABASES, COLUMNS FROM …, CREATE TABLE …, FUNCTIONS or SETTINGS"
        raise Refusal(
            Code.SYNTAX_ERROR, f"Syntax error: SHOW {' '.join(words)[:60]} is not known here; expected SHOW {expected}"
        )

    def _listed(self, words: list[str], tokens: list[Token]) -> list[str]:
        """Of SHOW TABLES [FROM database] [LIKE 'pattern']."""
        if words[:1] in (["FROM"], ["IN"]) and len(words) > 1:
            database = tokens[1].text
            self.need_database(database)
            names = sorted(self._tables) if self.own(database) else sorted(_MADE_OF[database.lower()])
            return _filtered(names, words[2:], tokens[2:])
        return _filtered(sorted(self._tables), words, tokens)

    def _described(self, tokens: list[Token]) -> Relation:
        _, columns = self._need(tokens)
        return described(columns)

    def _need(self, tokens: list[Token]) -> tuple[str, list[tuple[str, str, str]]]:
        """A table's name, and of its columns the name, the type and what it is."""
        found = self._find(tokens)
        if found is None:
            shown = "".join(token.text for token in tokens)[:100]
            raise Refusal(
                Code.UNKNOWN_TABLE, f"Table {shown} does not exist; there are {', '.join(sorted(self._tables))}"
            )
        return found

    def _find(self, tokens: list[Token]) -> tuple[str, list[tuple[str, str, str]]] | None:
        parts = [token.text for token in tokens[::2]]
        is_name = all(token.token_type is TokenType.DOT for token in tokens[1::2])
        if not 1 <= len(parts) <= 2 or not is_name:
            return None
        database, name = parts if len(parts) == 2 else (None, parts[0])
        if self.own(database):
            table = self._tables.get(name)
            return None if table is None else (name, [(one.name, one.type, one.description) for one in table.columns])
        if str(database).lower() in SYSTEM and name.lower() in _MADE_OF[str(database).lower()]:
            made = self.relation(str(database), name)
            return name, [(column, kind, "") for column, kind in made.columns]
        return None

    def relation(self, database: str, name: str) -> Relation:
        """A table of `system` or `information_schema`."""
        make = _MADE_OF.get(database.lower(), {}).get(name.lower())
        if make is None:
            there = ", ".join(sorted(_MADE_OF.get(database.lower(), {})))
            raise Refusal(Code.UNKNOWN_TABLE, f"Table {database}.{name[:64]} does not exist; there are {there}")
        return make(self, self._queries)

    @property
    def tables(self) -> list[Table]:
        return list(self._tables.values())

    def declared(self) -> dict[str, str]:
        """Column to ClickHouse type, where all tables that have such a column agree."""
        found: dict[str, set[str]] = {}
        for table in self._tables.values():
            for column in table.columns:
                found.setdefault(column.name, set()).add(column.type)
        return {name: kinds.pop() for name, kinds in found.items() if len(kinds) == 1}


def described(columns: Sequence[tuple[str, str, str]]) -> Relation:
    """As DESCRIBE tells of columns: name, type, what it is."""
    heads = ("name", "type", "default_type", "default_expression", "comment", "codec_expression", "ttl_expression")
    return Relation(_strings(*heads), [(name, kind, "", "", what, "", "") for name, kind, what in columns])


def _strings(*names: str) -> list[tuple[str, str]]:
    return [(name, "String") for name in names]


def _one(name: str, kind: str, value: Any) -> Relation:
    return Relation([(name, kind)], [(value,)])


def _names(names: list[str]) -> Relation:
    return Relation(_strings("name"), [(name,) for name in names])


def _without(tokens: list[Token], *words: str) -> list[Token]:
    while len(tokens) > 1 and tokens[0].text.upper() in words and tokens[1].token_type is not TokenType.DOT:
        tokens = tokens[1:]
    return tokens


def _filtered(names: list[str], words: list[str], tokens: list[Token]) -> list[str]:
    """[NOT] LIKE or ILIKE 'pattern', [LIMIT n]."""
    if words[-2:-1] == ["LIMIT"] and words[-1].isdigit():
        return _filtered(names, words[:-2], tokens[:-2])[: int(words[-1])]
    is_not = words[:1] == ["NOT"]
    if is_not:
        words, tokens = words[1:], tokens[1:]
    match words:
        case []:
            return names
        case [("LIKE" | "ILIKE") as how, _]:
            pattern = _like(tokens[1].text, 0 if how == "LIKE" else re.IGNORECASE)
            return [name for name in names if bool(pattern.fullmatch(name)) is not is_not]
    raise Refusal(Code.SYNTAX_ERROR, f"Syntax error: {' '.join(words)[:60]} is not known here; expected LIKE 'pattern'")


def _like(pattern: str, flags: int) -> re.Pattern[str]:
    """`%` is any text; several in a row are one, so that no pattern takes long."""
    parts = {"%": ".*", "_": "."}
    return re.compile(
        "".join(parts.get(char, re.escape(char)) for char in re.sub("%+", "%", pattern[:200])), flags | re.DOTALL
    )


def _created(database: str, name: str, columns: Sequence[tuple[str, str, str]]) -> str:
    listed = ",\n".join(f"    `{column}` {kind}" for column, kind, _ in columns)
    return f"CREATE VIEW {database}.{name}\n(\n{listed}\n)"


def _databases(schema: Schema, queries: Queries) -> Relation:
    heads = _strings("name", "engine", "data_path", "metadata_path", "uuid", "engine_full", "comment")
    return Relation(heads, [(name, "Memory", "", "", "", "", "") for name in (schema.database, *SYSTEM)])


def _tables(schema: Schema, queries: Queries) -> Relation:
    heads = [
        *_strings("database", "name", "uuid", "engine"),
        ("is_temporary", "UInt8"),
        *_strings("create_table_query", "engine_full", "partition_key", "sorting_key", "primary_key", "sampling_key"),
        ("total_rows", "Nullable(UInt64)"),
        ("total_bytes", "Nullable(UInt64)"),
        *_strings("comment", "data_paths", "as_select"),
    ]
    rows = [
        (schema.database, table.name, "", ENGINE, 0, "", "", "", "", "", "", None, None, table.description, "", "")
        for table in schema.tables
    ]
    return Relation(heads, rows)


def _columns(schema: Schema, queries: Queries) -> Relation:
    heads = [
        *_strings("database", "table", "name", "type"),
        ("position", "UInt64"),
        *_strings("default_kind", "default_expression", "comment", "compression_codec"),
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
        (
            schema.database,
            table.name,
            one.name,
            one.type,
            at,
            "",
            "",
            one.description,
            "",
            0,
            0,
            0,
            0,
            None,
            None,
            None,
            None,
        )
        for table in schema.tables
        for at, one in enumerate(table.columns, 1)
    ]
    return Relation(heads, rows)


def _settings(schema: Schema, queries: Queries) -> Relation:
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


def _functions(schema: Schema, queries: Queries) -> Relation:
    heads = [
        ("name", "String"),
        ("is_aggregate", "UInt8"),
        ("case_insensitive", "UInt8"),
        *_strings("alias_to", "create_query", "origin", "description", "syntax"),
    ]
    rows = [(one.name, 0, 0, "", "", "System", one.description, one.signature) for one in queries.functions()]
    return Relation(heads, rows)


def _formats(schema: Schema, queries: Queries) -> Relation:
    return Relation(
        [("name", "String"), ("is_input", "UInt8"), ("is_output", "UInt8")],
        [(one.name, 0, 1) for one in formats.FORMATS],
    )


def _engines(schema: Schema, queries: Queries) -> Relation:
    return _names([ENGINE])


def _types(schema: Schema, queries: Queries) -> Relation:
    heads = [("name", "String"), ("case_insensitive", "UInt8"), ("alias_to", "String")]
    kinds = sorted({re.split(r"\(", column.type)[0] for table in schema.tables for column in table.columns})
    return Relation(heads, [(kind, 0, "") for kind in kinds])


def _dummy(schema: Schema, queries: Queries) -> Relation:
    return _one("dummy", "UInt8", 0)


def _build(schema: Schema, queries: Queries) -> Relation:
    return Relation(_strings("name", "value"), [("VERSION_DESCRIBE", SPOKEN), ("VERSION_FULL", f"GoSight {SPOKEN}")])


def _empty(*names: str) -> "_Make":
    return lambda schema, queries: Relation(_strings(*names), [])


def _schemata(schema: Schema, queries: Queries) -> Relation:
    heads = _strings("catalog_name", "schema_name", "schema_owner")
    return Relation(heads, [(name, name, "default") for name in (schema.database, *SYSTEM)])


def _information_tables(schema: Schema, queries: Queries) -> Relation:
    heads = _strings("table_catalog", "table_schema", "table_name", "table_type", "table_comment")
    rows = [(schema.database, schema.database, one.name, "VIEW", one.description) for one in schema.tables]
    return Relation(heads, rows)


def _information_columns(schema: Schema, queries: Queries) -> Relation:
    heads = [
        *_strings("table_catalog", "table_schema", "table_name", "column_name"),
        ("ordinal_position", "UInt64"),
        *_strings("column_default", "is_nullable", "data_type", "column_type", "column_comment"),
    ]
    rows = [
        (schema.database, schema.database, table.name, one.name, at, "",
         "YES" if "Nullable" in one.type else "NO", one.type, one.type, one.description)
        for table in schema.tables
        for at, one in enumerate(table.columns, 1)
    ]  # fmt: skip
    return Relation(heads, rows)


_Make = Callable[[Schema, Queries], Relation]
_MADE_OF: dict[str, dict[str, _Make]] = {
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
