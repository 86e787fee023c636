"""SQL text to a tree: ClickHouse's dialect as well as DuckDB's, told apart by themselves.

Of sqlglot only the grammar is used. What it knows of functions is taken from it, so that each call stays what was
written, and `functions` alone decides what a name means.
"""

import logging
from typing import Any, cast

import msgspec
from sqlglot import Dialect, exp
from sqlglot.dialects.clickhouse import ClickHouse
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.tokenizer_core import TokenType

from gosight.query.model import QueryRefused

logging.getLogger("sqlglot").setLevel(
    logging.CRITICAL
)  # what it does not understand is refused, and told to whoever asked

MAX_BYTES = 64 * 1024
"""Of SQL: a longer text takes seconds to be read."""
MAX_WORDS = 10_000
"""Of SQL, signs too: more takes seconds to be gone through."""
_OWN_SYNTAX = ("CAST", "TRY_CAST", "EXTRACT", "COLUMNS")
"""Calls whose arguments are no plain list."""


def grammar(parser: Any) -> dict[str, Any]:
    """What a parser of sqlglot is made into to know nothing but the grammar: a function is what was written."""
    return {
        "FUNCTIONS": {},
        "NO_PAREN_FUNCTIONS": {},
        "FUNCTION_PARSERS": {
            name: parser.FUNCTION_PARSERS[name] for name in _OWN_SYNTAX if name in parser.FUNCTION_PARSERS
        },
        "NO_PAREN_FUNCTION_PARSERS": {name: parser.NO_PAREN_FUNCTION_PARSERS[name] for name in ("CASE", "IF")},
    }


def _limit(parser: Any) -> tuple[str, Any]:
    """LIMIT n BY x may stand before another LIMIT."""
    found = parser._parse_limit()
    return ("limit_by" if found is not None and found.expressions else "limit"), found


class _ClickHouse(ClickHouse):
    Parser = cast(
        Any,
        type(
            "Parser",
            (ClickHouse.Parser,),
            {
                **grammar(ClickHouse.Parser),
                "QUERY_MODIFIER_PARSERS": {**ClickHouse.Parser.QUERY_MODIFIER_PARSERS, TokenType.LIMIT: _limit},
            },
        ),
    )


class _DuckDB(DuckDB):
    Parser = cast(Any, type("Parser", (DuckDB.Parser,), grammar(DuckDB.Parser)))


CLICKHOUSE: type[Dialect] = _ClickHouse
DUCKDB: type[Dialect] = _DuckDB
CALLS = (exp.Anonymous, exp.AnonymousAggFunc, exp.CombinedAggFunc, exp.ParameterizedAgg, exp.CombinedParameterizedAgg)
"""What a call of a function is in the tree: the last two have two pairs of parentheses."""


class Read(msgspec.Struct):
    """A query as it was written. `format`: what stands behind ClickHouse's FORMAT, or ""."""

    tree: exp.Expr
    is_clickhouse: bool
    format: str


def read(text: str, unknown: Any) -> Read:
    """Raises QueryRefused. `unknown(name, is_clickhouse)`: is this no function of that dialect?

    Where both dialects can read it, the one counts that knows more of the functions, and else ClickHouse's, which the
    contract speaks of.
    """
    _need_size(text)
    readings: list[tuple[int, Read]] = []
    problems: list[str] = []
    for is_clickhouse in (True, False):
        try:
            found = _parsed(text, is_clickhouse)
        except SqlglotError as error:
            problems.append(_told(error))
            continue
        strange = sum(unknown(call_name(call), is_clickhouse) for call in calls(found.tree))
        strange += sum(1 for _ in found.tree.find_all(exp.VarMap))
        readings.append((strange, found))
        if not strange:
            break
    if not readings:
        raise QueryRefused(problems[0])
    return min(readings, key=lambda reading: reading[0])[1]


def _need_size(text: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise QueryRefused("expected text in UTF-8; there is half a character in it") from None
    if size > MAX_BYTES:
        raise QueryRefused(f"expected at most {MAX_BYTES // 1024} KB of SQL, got {size // 1024} KB")
    if "\0" in text:
        raise QueryRefused("expected text without NUL characters")


def _parsed(text: str, is_clickhouse: bool) -> Read:
    dialect = Dialect.get_or_raise(CLICKHOUSE if is_clickhouse else DUCKDB)
    tokens = dialect.tokenize(text)
    if len(tokens) > MAX_WORDS:
        raise QueryRefused(f"expected at most {MAX_WORDS} words and signs, got {len(tokens)}")
    parsed = dialect.parser(error_level=ErrorLevel.IMMEDIATE).parse(tokens, text)
    statements = [tree for tree in parsed if tree is not None]
    if not statements:
        raise QueryRefused("expected a SELECT, got nothing")
    if len(statements) > 1:
        raise QueryRefused(f"expected one SELECT, got {len(statements)} statements")
    tree = statements[0]
    format_ = tree.args.get("format") if isinstance(tree, exp.Query) else None
    if isinstance(format_, exp.Expr):
        format_.pop()
    return Read(tree=tree, is_clickhouse=is_clickhouse, format=format_.name if isinstance(format_, exp.Expr) else "")


def _told(error: SqlglotError) -> str:
    """Without the marks for terminals that sqlglot puts into its messages."""
    first = getattr(error, "errors", None)
    if not first:
        return f"it cannot be read: {str(error)[:200]}"
    found = first[0]
    near = f"{found.get('start_context') or ''}{found.get('highlight') or ''}"[-40:].strip()
    place = f"line {found.get('line')}, column {found.get('col')}"
    return f"syntax error at {place}, near {near!r}: {str(found.get('description'))[:100].rstrip('.')}"


def of_ours(text: str) -> exp.Expr:
    """A statement or an expression of our own, in DuckDB's dialect. Placeholders are `$1` and `$name`."""
    tree = Dialect.get_or_raise(DUCKDB).parse(text)[0]
    assert tree is not None
    return tree


def written(tree: exp.Expr) -> str:
    """As DuckDB reads it: every name quoted, no comment kept. Raises QueryRefused where there are no words for it."""
    try:
        return tree.sql(
            DUCKDB, identify=True, comments=False, normalize_functions=False, unsupported_level=ErrorLevel.RAISE
        )
    except SqlglotError as error:
        raise QueryRefused(f"this cannot be run here: {str(error)[:200]}") from None


def calls(tree: exp.Expr) -> list[exp.Expr]:
    """Every call of a function."""
    return list(tree.find_all(*CALLS))


def call_name(call: exp.Expr) -> str:
    """As it was written."""
    return call.name
