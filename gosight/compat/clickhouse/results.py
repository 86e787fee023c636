"""What the gate answers, in ClickHouse's types, and its refusals, in ClickHouse's codes."""

import re
from collections.abc import Mapping

from gosight.compat.clickhouse.columns import of
from gosight.compat.clickhouse.errors import Code, Refusal
from gosight.compat.clickhouse.formats import Table
from gosight.kit.errors import Forbidden, GoSightError, PayloadTooLarge, RateLimited, Unavailable
from gosight.query import Result

_COUNTS = re.compile(r"(count|countIf|countDistinct|uniq\w*|count_if)\s*\(.*\)", re.IGNORECASE | re.DOTALL)
_SECONDS = re.compile(
    r"(toStartOf(Second|Minute|FiveMinutes?|TenMinutes|FifteenMinutes|Hour|Interval)|now|toDateTime|date_trunc)\s*\(.*\)",
    re.IGNORECASE | re.DOTALL,
)
_SAME = re.compile(r"(?:any|anyLast|anyHeavy|min|max)\s*\(\s*(\w+)\s*\)", re.IGNORECASE)
"""Functions whose value is one of the column's."""


def table_of(result: Result, written: list[str] | None, declared: Mapping[str, str]) -> Table:
    """`written`: the columns as they are written, where that is known; `declared`: ClickHouse's types of columns."""
    names = [column.name for column in result.columns]
    told = written if written is not None and len(written) == len(names) else names
    types = [
        of(column.type, [row[at] for row in result.rows], hint(told[at], declared))
        for at, column in enumerate(result.columns)
    ]
    return Table(names=names, types=types, rows=result.rows)


def hint(text: str, declared: Mapping[str, str]) -> str | None:
    """The type that a column written like this has in ClickHouse, where that is sure."""
    if _is_one_call(text):
        if _COUNTS.fullmatch(text):
            return "UInt64"
        if _SECONDS.fullmatch(text):
            return "DateTime"
    same = _SAME.fullmatch(text)
    return declared.get(same[1] if same else text.rpartition(".")[2].strip('`"'))


def _is_one_call(text: str) -> bool:
    """`f(…)` and nothing behind it: the last parenthesis closes the first."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == ")" and depth == 0:
            return at == len(text) - 1
    return False


_BY_MESSAGE = (
    ("there is no function", Code.UNKNOWN_FUNCTION),
    ("there are no functions in place of tables", Code.UNKNOWN_FUNCTION),
    ("there is no table", Code.UNKNOWN_TABLE),
    ("there is no column", Code.UNKNOWN_IDENTIFIER),
    ("syntax error", Code.SYNTAX_ERROR),
    ("it cannot be read", Code.SYNTAX_ERROR),
    ("it ran longer than", Code.TIMEOUT_EXCEEDED),
    ("must appear in the group by", Code.NOT_AN_AGGREGATE),
    ("memory", Code.MEMORY_LIMIT_EXCEEDED),
    ("expected at most", Code.QUERY_IS_TOO_LARGE),
    ("too large", Code.TOO_MANY_ROWS_OR_BYTES),
    ("too long", Code.TOO_MANY_ROWS_OR_BYTES),
)
"""What the gate's words hold, in this order; for all else there is `BAD_ARGUMENTS`."""


def refusal_of(error: GoSightError) -> Refusal:
    """An error of ours as ClickHouse would tell it."""
    if isinstance(error, Refusal):
        return error
    message = error.message.removeprefix("Invalid SQL query: ").rstrip(".")
    if isinstance(error, RateLimited):
        return Refusal(Code.QUOTA_EXCEEDED, message, retry_after=error.retry_after)
    if isinstance(error, Unavailable):
        return Refusal(Code.TOO_MANY_SIMULTANEOUS_QUERIES, message, retry_after=error.retry_after or 1)
    if isinstance(error, Forbidden):
        return Refusal(Code.ACCESS_DENIED, message)
    if isinstance(error, PayloadTooLarge):
        return Refusal(Code.QUERY_IS_TOO_LARGE, message)
    if error.status < 500:
        return Refusal(_code(message), message)
    return Refusal(Code.UNKNOWN_EXCEPTION, message)


def _code(message: str) -> Code:
    told = message.lower()
    return next((code for words, code in _BY_MESSAGE if words in told), Code.BAD_ARGUMENTS)
