"""ClickHouse's types: how their values stand in text, in JSON and in bytes. `columns` says which one a column has."""

import struct
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

EPOCH = datetime(1970, 1, 1)
FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2149, 6, 6)
"""What 16 bits of days reach."""
_json = msgspec.json.encode


class Type(ABC):
    """One ClickHouse type. Values are Python's, as DuckDB gives them."""

    name: str
    default: Any = None
    """What stands in place of a NULL, under a mark that it is one."""
    is_number = False
    is_wide = False
    """An integer of 64 bits or more, which JSON may hold in quotes."""

    @abstractmethod
    def text(self, value: Any) -> str:
        """As it stands alone, before a format's own quoting."""

    @abstractmethod
    def row(self, value: Any) -> bytes:
        """In RowBinary."""

    def literal(self, value: Any) -> str:
        """As it stands in an array."""
        return self.text(value)

    def escaped(self, value: Any) -> str:
        """As it stands in TabSeparated."""
        return self.text(value)

    def csv(self, value: Any) -> str:
        return self.text(value)

    def json(self, value: Any, quoted: bool) -> str:
        """`quoted`: integers of 64 bits stand in quotes."""
        return self.text(value)

    def column(self, values: Sequence[Any]) -> bytes:
        """In Native: a column of a block."""
        return b"".join(map(self.row, values))


class Whole(Type):
    """Integers: `Int8` to `Int256`, `UInt8` to `UInt256`."""

    default = 0
    is_number = True

    def __init__(self, bits: int, *, signed: bool) -> None:
        self.name = f"{'' if signed else 'U'}Int{bits}"
        self.bytes = bits // 8
        self.signed = signed
        self.is_wide = bits >= 64
        self.least = -(1 << bits - 1) if signed else 0
        self.most = (1 << bits - signed) - 1

    def text(self, value: Any) -> str:
        return str(int(value))

    def json(self, value: Any, quoted: bool) -> str:
        return f'"{int(value)}"' if quoted and self.is_wide else str(int(value))

    def row(self, value: Any) -> bytes:
        return int(value).to_bytes(self.bytes, "little", signed=self.signed)


class Bool(Type):
    name = "Bool"
    default = False

    def text(self, value: Any) -> str:
        return "true" if value else "false"

    def row(self, value: Any) -> bytes:
        return b"\1" if value else b"\0"


class Float(Type):
    """`Float32` and `Float64`, written as short as they can be read back."""

    default = 0.0
    is_number = True

    def __init__(self, bits: int) -> None:
        self.name = f"Float{bits}"
        self._packed = struct.Struct("<f" if bits == 32 else "<d")
        self._is_short = bits == 32

    def text(self, value: Any) -> str:
        return _plain(_shortest(value) if self._is_short else repr(float(value)))

    def json(self, value: Any, quoted: bool) -> str:
        """JSON knows neither infinity nor nan."""
        text = self.text(value)
        return "null" if text.endswith(("inf", "nan")) else text

    def row(self, value: Any) -> bytes:
        return self._packed.pack(value)


def _shortest(value: float) -> str:
    """The fewest digits that are the same number in 32 bits."""
    packed = struct.pack("<f", value)
    found = (f"{value:.{digits}g}" for digits in range(6, 9))
    return next((text for text in found if struct.pack("<f", float(text)) == packed), f"{value:.9g}")


def _plain(text: str) -> str:
    """Python's `1e+16`, `1e-05` and `1.0` as ClickHouse writes them: an exponent from 1e21 on and below 1e-6 alone."""
    if "inf" in text or "nan" in text:
        return text
    number = Decimal(text)
    if number == 0:
        return "-0" if text.startswith("-") else "0"
    if -7 < number.adjusted() < 21:
        plain = f"{number:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0")
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e{number.adjusted()}"


class Text(Type):
    name = "String"
    default = ""

    def text(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        return _told(value)

    def literal(self, value: Any) -> str:
        return f"'{_escape(self.text(value))}'"

    def escaped(self, value: Any) -> str:
        return _escape(self.text(value))

    def csv(self, value: Any) -> str:
        return _in_quotes(self.text(value))

    def json(self, value: Any, quoted: bool) -> str:
        return _json(self.text(value)).decode()

    def row(self, value: Any) -> bytes:
        return string(value if isinstance(value, bytes) else self.text(value))


def _told(value: Any) -> str:
    """What has no type of its own here: intervals, times of a day, bytes."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, timedelta | time | UUID | Decimal):
        return str(value)
    try:
        return _json(value).decode()
    except (TypeError, ValueError):
        return str(value)


_ESCAPES = str.maketrans(
    {"\b": "\\b", "\f": "\\f", "\r": "\\r", "\n": "\\n", "\t": "\\t", "\0": "\\0", "'": "\\'", "\\": "\\\\"}
)


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)


def _in_quotes(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def string(text: str | bytes) -> bytes:
    """Its length, and it."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return varint(len(raw)) + raw


def varint(number: int) -> bytes:
    """Seven bits a byte, the low ones first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


class _Quoted(Type):
    """What is neither a number nor free text, and needs no escaping."""

    def literal(self, value: Any) -> str:
        return f"'{self.text(value)}'"

    def csv(self, value: Any) -> str:
        return f'"{self.text(value)}"'

    def json(self, value: Any, quoted: bool) -> str:
        return f'"{self.text(value)}"'


class Uuid(_Quoted):
    name = "UUID"
    default = UUID(int=0)

    def text(self, value: Any) -> str:
        return str(value)

    def row(self, value: Any) -> bytes:
        raw = UUID(str(value)).bytes
        return raw[7::-1] + raw[:7:-1]


class Day(_Quoted):
    """`Date`, and `Date32` for what it can't hold."""

    default = FIRST_DAY

    def __init__(self, bits: int) -> None:
        self.name = "Date" if bits == 16 else "Date32"
        self._packed = struct.Struct("<H" if bits == 16 else "<i")

    def text(self, value: Any) -> str:
        return day_of(value).isoformat()

    def row(self, value: Any) -> bytes:
        return self._packed.pack((day_of(value) - FIRST_DAY).days)


def day_of(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


class Moment(_Quoted):
    """`DateTime('UTC')`, or `DateTime64(digits, 'UTC')`."""

    default = EPOCH

    def __init__(self, digits: int | None) -> None:
        self.name = "DateTime('UTC')" if digits is None else f"DateTime64({digits}, 'UTC')"
        self.digits = digits or 0
        self._packed = struct.Struct("<I" if digits is None else "<q")

    def text(self, value: Any) -> str:
        moment = _moment(value)
        text = moment.isoformat(" ", "seconds")
        return f"{text}.{f'{moment.microsecond:06d}000'[: self.digits]}" if self.digits else text

    def row(self, value: Any) -> bytes:
        return self._packed.pack(microseconds(value) * 10**self.digits // 1_000_000)


def _moment(value: Any) -> datetime:
    """In UTC, without a zone."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)


def microseconds(value: Any) -> int:
    since: timedelta = _moment(value) - EPOCH
    return since // timedelta(microseconds=1)


class Fixed(Type):
    """`Decimal(digits, scale)`."""

    default = Decimal(0)
    is_number = True

    def __init__(self, digits: int, scale: int) -> None:
        self.name = f"Decimal({digits}, {scale})"
        self._scale = scale
        self._bytes = next(size for size, most in ((4, 9), (8, 18), (16, 38), (32, 76)) if digits <= most)

    def text(self, value: Any) -> str:
        plain = f"{Decimal(value):f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain

    def row(self, value: Any) -> bytes:
        return _scaled(Decimal(value), self._scale).to_bytes(self._bytes, "little", signed=True)


def _scaled(number: Decimal, scale: int) -> int:
    """Times ten to the `scale`, exactly: Decimal itself rounds to 28 digits."""
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    whole = int("".join(map(str, digits)) or "0")
    shift = exponent + scale
    moved: int = whole * 10**shift if shift >= 0 else whole // 10**-shift
    return -moved if sign else moved


class Nullable(Type):
    def __init__(self, inner: Type) -> None:
        self.name = f"Nullable({inner.name})"
        self.inner = inner
        self.is_number = inner.is_number
        self.is_wide = inner.is_wide

    def text(self, value: Any) -> str:
        return "NULL" if value is None else self.inner.text(value)

    def literal(self, value: Any) -> str:
        return "NULL" if value is None else self.inner.literal(value)

    def escaped(self, value: Any) -> str:
        return "\\N" if value is None else self.inner.escaped(value)

    def csv(self, value: Any) -> str:
        return "\\N" if value is None else self.inner.csv(value)

    def json(self, value: Any, quoted: bool) -> str:
        return "null" if value is None else self.inner.json(value, quoted)

    def row(self, value: Any) -> bytes:
        return b"\1" if value is None else b"\0" + self.inner.row(value)

    def column(self, values: Sequence[Any]) -> bytes:
        inner, default = self.inner, self.inner.default
        marks = bytes(value is None for value in values)
        return marks + inner.column([default if value is None else value for value in values])


class Nested(Type):
    def csv(self, value: Any) -> str:
        return _in_quotes(self.text(value))


class ArrayOf(Nested):
    """A list that is NULL is an empty one: ClickHouse has no other."""

    default = ()

    def __init__(self, inner: Type) -> None:
        self.name = f"Array({inner.name})"
        self.inner = inner

    def text(self, value: Any) -> str:
        return f"[{','.join(map(self.inner.literal, value or ()))}]"

    def json(self, value: Any, quoted: bool) -> str:
        return f"[{','.join(self.inner.json(one, quoted) for one in value or ())}]"

    def row(self, value: Any) -> bytes:
        return varint(len(value or ())) + b"".join(map(self.inner.row, value or ()))

    def column(self, values: Sequence[Any]) -> bytes:
        """Where each row's part ends, then all of them as one column."""
        flat = [one for value in values for one in value or ()]
        return _ends(values) + self.inner.column(flat)


def _ends(values: Sequence[Any]) -> bytes:
    out, end = bytearray(), 0
    for value in values:
        end += len(value or ())
        out += end.to_bytes(8, "little")
    return bytes(out)


class TupleOf(Nested):
    """Of a struct: `{name: value}`."""

    default: Any = None

    def __init__(self, parts: Sequence[tuple[str, Type]]) -> None:
        self.name = f"Tuple({', '.join(f'{identifier(name)} {inner.name}' for name, inner in parts)})"
        self.parts = parts
        self.default = {name: inner.default for name, inner in parts}

    def _each(self, value: Any) -> list[tuple[str, Type, Any]]:
        held = self.default if value is None else value
        return [(name, inner, held[name]) for name, inner in self.parts]

    def text(self, value: Any) -> str:
        return f"({','.join(inner.literal(one) for _, inner, one in self._each(value))})"

    def json(self, value: Any, quoted: bool) -> str:
        pairs = (f"{_json(name).decode()}:{inner.json(one, quoted)}" for name, inner, one in self._each(value))
        return f"{{{','.join(pairs)}}}"

    def row(self, value: Any) -> bytes:
        return b"".join(inner.row(one) for _, inner, one in self._each(value))

    def column(self, values: Sequence[Any]) -> bytes:
        held = [self.default if value is None else value for value in values]
        return b"".join(inner.column([value[name] for value in held]) for name, inner in self.parts)


class MapOf(Nested):
    default: Any = None

    def __init__(self, key: Type, inner: Type) -> None:
        self.name = f"Map({key.name}, {inner.name})"
        self.key = key
        self.inner = inner
        self.default = {}

    def text(self, value: Any) -> str:
        pairs = (f"{self.key.literal(key)}:{self.inner.literal(one)}" for key, one in (value or {}).items())
        return f"{{{','.join(pairs)}}}"

    def json(self, value: Any, quoted: bool) -> str:
        pairs = ((self.key.text(key), self.inner.json(one, quoted)) for key, one in (value or {}).items())
        return f"{{{','.join(f'{_json(key).decode()}:{one}' for key, one in pairs)}}}"

    def row(self, value: Any) -> bytes:
        pairs = (self.key.row(key) + self.inner.row(one) for key, one in (value or {}).items())
        return varint(len(value or {})) + b"".join(pairs)

    def column(self, values: Sequence[Any]) -> bytes:
        keys = [key for value in values for key in value or {}]
        held = [one for value in values for one in (value or {}).values()]
        return _ends(values) + self.key.column(keys) + self.inner.column(held)


def identifier(name: str) -> str:
    plain = name.isidentifier() and name.isascii()
    return name if plain else "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"
