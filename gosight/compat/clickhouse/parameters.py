"""`{name:Type}` in a query and `param_name` beside it: a value becomes a literal of its type, or is refused."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from sqlglot import Dialect, exp
from sqlglot.errors import SqlglotError

from gosight.compat.clickhouse.columns import named
from gosight.compat.clickhouse.errors import Code, Refusal
from gosight.compat.clickhouse.types import Whole

NULL = "\\N"
MAX_LIST = 10_000
"""Parts of an array."""
_ESCAPED = {"b": "\b", "f": "\f", "r": "\r", "n": "\n", "t": "\t", "0": "\0", "a": "\a", "v": "\v"}
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|.)", re.DOTALL)
_PARTS = (exp.Array, exp.Tuple, exp.Paren, exp.Literal, exp.Neg, exp.Null, exp.Boolean)
"""What an array's text may hold."""


def bound(name: str, kind: object, sent: str) -> exp.Expr:
    """The literal that stands for a parameter. `kind` as the grammar has it: a type, or the word Identifier."""
    told = kind.sql("clickhouse") if isinstance(kind, exp.DataType) else str(kind)
    made = _made(told, sent)
    if made is None:
        raise Refusal(
            Code.BAD_QUERY_PARAMETER,
            f"Value {sent[:60]!r} cannot be parsed as {told[:60]} for query parameter '{name[:64]}'",
        )
    return made


def _made(kind: str, sent: str) -> exp.Expr | None:
    if kind == "Identifier":
        return exp.to_identifier(_unescaped(sent), quoted=True)
    while kind.startswith(("Nullable(", "LowCardinality(")):
        if kind.startswith("Nullable(") and sent == NULL:
            return exp.Null()
        kind = kind.partition("(")[2][:-1]
    if kind.startswith("Array("):
        return _array(kind[len("Array(") : -1], sent)
    return _scalar(kind, _unescaped(sent))


def _scalar(kind: str, text: str) -> exp.Expr | None:
    if kind == "String" or kind.startswith(("FixedString(", "Enum")) or kind == "UUID":
        return exp.Literal.string(text)
    if kind in ("Bool", "Boolean"):
        return exp.Boolean(this=text.lower() in ("true", "1")) if text.lower() in ("true", "false", "1", "0") else None
    if kind.upper().startswith("DATE"):
        return _moment(kind, text)
    known = named(kind)
    if isinstance(known, Whole):
        is_number = re.fullmatch(r"[+-]?[0-9]{1,80}", text) is not None
        return _number(text) if is_number and known.least <= int(text) <= known.most else None
    is_real = kind.startswith(("Float", "Decimal")) and re.fullmatch(
        r"[+-]?[0-9]*\.?[0-9]*(e[+-]?[0-9]{1,3})?", text, re.I
    )
    return _number(text) if is_real else None


def _number(text: str) -> exp.Expr | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    literal = exp.Literal.number(f"{abs(number):f}")
    return exp.Neg(this=literal) if number < 0 else literal


def _moment(kind: str, text: str) -> exp.Expr | None:
    """A day or a moment, in UTC; a number is seconds since 1970."""
    is_day = kind.upper() in ("DATE", "DATE32")
    zone = re.search(r"'([\w/+-]+)'", kind)
    try:
        if is_day:
            return _cast(date.fromisoformat(text).isoformat(), "DATE")
        if re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,9})?", text):
            moment = datetime(1970, 1, 1) + timedelta(seconds=float(text))
        else:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None and zone is not None:
                moment = moment.replace(tzinfo=ZoneInfo(zone[1]))
            if moment.tzinfo is not None:
                moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, LookupError, OSError):
        return None
    return _cast(moment.isoformat(" "), "DATETIME")


def _cast(text: str, kind: str) -> exp.Expr:
    return exp.Cast(this=exp.Literal.string(text), to=exp.DataType.build(kind, dialect="clickhouse"))


def _array(inner: str, sent: str) -> exp.Expr | None:
    """`['a','b']`: read as an expression, and nothing but literals is taken from it."""
    if not sent.startswith("["):
        return None
    try:
        tree = Dialect.get_or_raise("clickhouse").parse(f"select {sent}")[0]
    except (SqlglotError, RecursionError):
        return None
    listed = tree.expressions if isinstance(tree, exp.Select) and set(_set(tree)) == {"expressions"} else []
    if len(listed) != 1 or not isinstance(listed[0], exp.Array) or len(listed[0].expressions) > MAX_LIST:
        return None
    parts = [_part(inner, part) for part in listed[0].expressions]
    return exp.Array(expressions=parts) if None not in parts else None


def _set(tree: exp.Expr) -> list[str]:
    return [name for name, value in tree.args.items() if value]


def _part(inner: str, part: exp.Expr) -> exp.Expr | None:
    if any(not isinstance(node, _PARTS) for node in part.walk()):
        return None
    if isinstance(part, exp.Array):
        return _array(inner[len("Array(") : -1], part.sql("clickhouse")) if inner.startswith("Array(") else None
    if isinstance(part, exp.Null):
        return exp.Null() if inner.startswith("Nullable(") else None
    plain = inner.removeprefix("Nullable(").removesuffix(")") if inner.startswith("Nullable(") else inner
    if isinstance(part, exp.Neg):
        return _scalar(plain, f"-{part.this.name}")
    if isinstance(part, exp.Boolean):
        return _scalar(plain, "true" if part.this else "false")
    return _scalar(plain, part.name) if isinstance(part, exp.Literal) else None


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _letter(found[1]), text) if "\\" in text else text


def _letter(escape: str) -> str:
    if escape.startswith("x") and len(escape) == 3:
        return chr(int(escape[1:], 16))
    return _ESCAPED.get(escape, escape)
