"""Which of ClickHouse's types a column of an answer has.

DuckDB tells no more of a column than its type's name, so what it may hold follows from what it holds: a column with a
NULL in it is `Nullable(…)`, a sum that fits is an `Int64`. A `hint` (what the schema says, or that it is a count)
decides where the values fit.
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from gosight.compat.clickhouse.parts import parted, split
from gosight.compat.clickhouse.types import (
    FIRST_DAY,
    LAST_DAY,
    ArrayOf,
    Bool,
    Day,
    Fixed,
    Float,
    MapOf,
    Moment,
    Nested,
    Nullable,
    Text,
    TupleOf,
    Type,
    Uuid,
    Whole,
    day_of,
    microseconds,
)

_WHOLE = {
    "TINYINT": Whole(8, signed=True),
    "SMALLINT": Whole(16, signed=True),
    "INTEGER": Whole(32, signed=True),
    "BIGINT": Whole(64, signed=True),
    "UTINYINT": Whole(8, signed=False),
    "USMALLINT": Whole(16, signed=False),
    "UINTEGER": Whole(32, signed=False),
    "UBIGINT": Whole(64, signed=False),
}
_INT64, _UINT64 = _WHOLE["BIGINT"], _WHOLE["UBIGINT"]
_MOMENTS = {
    "TIMESTAMP": 6,
    "TIMESTAMP_S": None,
    "TIMESTAMP_MS": 3,
    "TIMESTAMP_NS": 6,
    "TIMESTAMP WITH TIME ZONE": 6,
}
_PLAIN: dict[str, Type] = {
    **_WHOLE,
    **{name: Moment(digits) for name, digits in _MOMENTS.items()},
    "BOOLEAN": Bool(),
    "FLOAT": Float(32),
    "DOUBLE": Float(64),
    "UUID": Uuid(),
}
_TEXT = Text()


def of(duckdb: str, values: Iterable[Any], hint: str | None = None) -> Type:
    """The type of a column: `duckdb` is its type's name there, `values` all that it holds, `hint` a ClickHouse type
    that it has where its values fit in."""
    held = list(values)
    there = [value for value in held if value is not None]
    found = _hinted(hint, there) if hint else None
    if found is None:
        found = _of(duckdb, there)
    elif isinstance(found, Nullable):
        return found
    if len(there) == len(held) or isinstance(found, Nested):
        return found
    return Nullable(found)


def _of(duckdb: str, values: list[Any]) -> Type:
    """Of values none of which is NULL."""
    if duckdb.endswith("]"):
        inner = duckdb[: duckdb.rindex("[")]
        return ArrayOf(of(inner, [one for value in values for one in value]))
    head, arguments = parted(duckdb)
    if head == "DECIMAL" and len(arguments) == 2:
        return Fixed(int(arguments[0]), int(arguments[1]))
    if head == "STRUCT" and arguments:
        parts = [split(argument) for argument in arguments]
        return TupleOf([(name, of(kind, [value[name] for value in values])) for name, kind in parts])
    if head == "MAP" and len(arguments) == 2:
        keys = of(arguments[0], [key for value in values for key in value])
        return MapOf(keys, of(arguments[1], [one for value in values for one in value.values()]))
    if duckdb == "DATE":
        return Day(16 if all(FIRST_DAY <= value <= LAST_DAY for value in values) else 32)
    if duckdb in ("HUGEINT", "UHUGEINT"):
        return _wide(duckdb, values)
    return _PLAIN.get(duckdb, _TEXT)


def _wide(duckdb: str, values: list[Any]) -> Type:
    """A sum of integers is 128 bits wide in DuckDB, and 64 in ClickHouse."""
    if all(_INT64.least <= value <= _INT64.most for value in values):
        return _INT64
    return Whole(128, signed=duckdb == "HUGEINT")


def _hinted(hint: str, values: list[Any]) -> Type | None:
    """The type called `hint`; None where a value does not fit, or where it is none of those that are declared."""
    head, arguments = parted(hint)
    if head in ("Nullable", "LowCardinality") and len(arguments) == 1:
        inner = _hinted(arguments[0], values)
        return (
            Nullable(inner) if head == "Nullable" and inner is not None and not isinstance(inner, Nullable) else inner
        )
    if head == "Array" and len(arguments) == 1:
        return _hinted_array(arguments[0], values)
    made = named(hint)
    return made if made is not None and all(map(_fitting(made), values)) else None


def _hinted_array(inner: str, values: list[Any]) -> Type | None:
    if not all(isinstance(value, list | tuple) for value in values):
        return None
    flat = [one for value in values for one in value]
    found = _hinted(inner, [one for one in flat if one is not None])
    if found is None:
        return None
    return ArrayOf(Nullable(found) if None in flat and not isinstance(found, Nullable | Nested) else found)


def named(name: str) -> Type | None:
    """A type without parts, by its name in ClickHouse; None for one that is not known here."""
    head, arguments = parted(name)
    if head in ("DateTime", "DateTime64"):
        digits = int(arguments[0]) if head == "DateTime64" and arguments and arguments[0].isdigit() else None
        return Moment(digits) if head == "DateTime" or (digits is not None and digits <= 9) else None
    if head == "Decimal" and len(arguments) == 2:
        return Fixed(int(arguments[0]), int(arguments[1]))
    return _BY_NAME.get(name)


_BY_NAME: dict[str, Type] = {
    made.name: made
    for made in (
        *(Whole(bits, signed=signed) for bits in (8, 16, 32, 64, 128, 256) for signed in (True, False)),
        Bool(),
        Float(32),
        Float(64),
        Text(),
        Uuid(),
        Day(16),
        Day(32),
    )
}


def _fitting(kind: Type) -> Callable[[Any], bool]:
    """Can a value be held, whole?"""
    match kind:
        case Whole():
            return lambda value: isinstance(value, int) and kind.least <= value <= kind.most
        case Float():
            return lambda value: isinstance(value, int | float)
        case Bool():
            return lambda value: isinstance(value, bool)
        case Fixed():
            return lambda value: isinstance(value, int | Decimal)
        case Day(name="Date"):
            return lambda value: isinstance(value, date) and FIRST_DAY <= day_of(value) <= LAST_DAY
        case Day():
            return lambda value: isinstance(value, date)
        case Moment(name="DateTime('UTC')"):
            return lambda value: isinstance(value, date) and _is_second(value)
        case Moment():
            return lambda value: isinstance(value, date) and microseconds(value) * 10**kind.digits % 1_000_000 == 0
        case Uuid():
            return lambda value: isinstance(value, UUID)
    return lambda value: isinstance(value, str)


def _is_second(value: Any) -> bool:
    micros = microseconds(value)
    return micros % 1_000_000 == 0 and 0 <= micros // 1_000_000 < 1 << 32
