"""What clients ask about the schema: SHOW, DESCRIBE, EXISTS, and the tables of `system` and `information_schema`.

All of it is what `Queries` tells of itself: nothing here looks into the store.
"""

import re
from collections.abc import Sequence

from sqlglot.tokenizer_core import Token, TokenType

from gosight.compat.clickhouse.errors import Code, Refusal
from gosight.compat.clickhouse.relations import MADE_OF, SETTINGS, SYSTEM, Relation, named_rows, single, strings
from gosight.compat.clickhouse.statement import Statement
from gosight.query import Queries, Table


class Schema:
    """The schema as one connection sees it; `database` is the name under which it has its project."""

    def __init__(self, queries: Queries, database: str, names: frozenset[str]) -> None:
        self._queries = queries
        self._tables = {table.name: table for table in queries.tables()}
        self.database = database
        self.names = names
        """What its project may be called: `default`, its id, its slug."""

    def own(self, database: str | None) -> bool:
        return not database or database in self.names

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
                return single("result", "UInt8", int(self.own(name) or name.lower() in SYSTEM))
            case ["EXISTS", *_]:
                return single(
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
                return named_rows(_filtered([self.database, *SYSTEM], words[1:], tokens[1:]))
            case ["TABLES", *_]:
                return named_rows(self._listed(words[1:], tokens[1:]))
            case ["CREATE", *_]:
                name, columns = self._need(_without(tokens[1:], "TABLE", "VIEW"))
                return single("statement", "String", _created(self.database, name, columns))
            case [("COLUMNS" | "FIELDS"), ("FROM" | "IN"), *_]:
                _, columns = self._need(tokens[2:])
                fields = [
                    (name, kind, "YES" if "Nullable" in kind else "NO", "", None, "") for name, kind, _ in columns
                ]
                heads = [
                    *strings("field", "type", "null", "key"),
                    ("default", "Nullable(String)"),
                    ("extra", "String"),
                ]
                return Relation(heads, fields)
            case ["FUNCTIONS", *_]:
                return self.relation("system", "functions")
            case ["SETTINGS", *_]:
                rows = [(one.name, one.type, one.value) for one in SETTINGS]
                names = set(_filtered([one.name for one in SETTINGS], words[1:], tokens[1:]))
                return Relation(strings("name", "type", "value"), [row for row in rows if row[0] in names])
            case ["PROCESSLIST" | "ACCESS" | "GRANTS" | "ROLES" | "USERS" | "DICTIONARIES" | "CLUSTERS", *_]:
                return Relation(strings("name"), [])
        expected = "TABLES, DATABASES, COLUMNS FROM …, CREATE TABLE …, FUNCTIONS or SETTINGS"
        raise Refusal(
            Code.SYNTAX_ERROR, f"Syntax error: SHOW {' '.join(words)[:60]} is not known here; expected SHOW {expected}"
        )

    def _listed(self, words: list[str], tokens: list[Token]) -> list[str]:
        """Of SHOW TABLES [FROM database] [LIKE 'pattern']."""
        if words[:1] in (["FROM"], ["IN"]) and len(words) > 1:
            database = tokens[1].text
            self.need_database(database)
            names = sorted(self._tables) if self.own(database) else sorted(MADE_OF[database.lower()])
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
        if str(database).lower() in SYSTEM and name.lower() in MADE_OF[str(database).lower()]:
            made = self.relation(str(database), name)
            return name, [(column, kind, "") for column, kind in made.columns]
        return None

    def relation(self, database: str, name: str) -> Relation:
        """A table of `system` or `information_schema`."""
        make = MADE_OF.get(database.lower(), {}).get(name.lower())
        if make is None:
            there = ", ".join(sorted(MADE_OF.get(database.lower(), {})))
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
    return Relation(strings(*heads), [(name, kind, "", "", what, "", "") for name, kind, what in columns])


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
