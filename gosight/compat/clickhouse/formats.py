"""What an answer is written in: the formats that clients ask for by `FORMAT`, `default_format` or a header."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from gosight.compat.clickhouse.native import block
from gosight.compat.clickhouse.types import Nullable, Type, string, varint

_json = msgspec.json.encode


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, ready to be written. `elapsed` in seconds."""

    names: list[str]
    types: list[Type]
    rows: list[tuple[Any, ...]]
    elapsed: float = 0.0
    quoted: bool = False
    """Integers of 64 bits stand in quotes in JSON."""
    revision: int = 0
    """Of the protocol that the client speaks, for Native."""


class Format(msgspec.Struct, frozen=True):
    name: str
    content_type: str
    write: Callable[[Table], bytes]


def _columns(table: Table) -> Iterator[tuple[Type, list[Any]]]:
    for at, kind in enumerate(table.types):
        yield kind, [row[at] for row in table.rows]


def _json_rows(table: Table) -> Iterator[list[str]]:
    for row in table.rows:
        yield [kind.json(value, table.quoted) for kind, value in zip(table.types, row, strict=True)]


def _keys(table: Table) -> list[str]:
    return [_json(name).decode() for name in table.names]


def _objects(table: Table) -> Iterator[str]:
    keys = _keys(table)
    for row in _json_rows(table):
        yield "{" + ",".join(f"{key}:{value}" for key, value in zip(keys, row, strict=True)) + "}"


def _whole_json(table: Table, rows: list[str]) -> bytes:
    """ClickHouse's layout, tabs included: people compare it with `diff`."""
    meta = ",\n".join(
        f'\t\t{{\n\t\t\t"name": {key},\n\t\t\t"type": {_json(kind.name).decode()}\n\t\t}}'
        for key, kind in zip(_keys(table), table.types, strict=True)
    )
    data = ",\n".join(rows)
    return (
        f'{{\n\t"meta":\n\t[\n{meta}\n\t],\n\n\t"data":\n\t[\n{data}\n\t],\n\n\t"rows": {len(table.rows)},\n\n'
        f'\t"statistics":\n\t{{\n\t\t"elapsed": {table.elapsed:.9f}\n\t}}\n}}\n'
    ).encode()


def _as_json(table: Table) -> bytes:
    keys = _keys(table)
    rows = [
        "\t\t{\n" + ",\n".join(f"\t\t\t{key}: {value}" for key, value in zip(keys, row, strict=True)) + "\n\t\t}"
        for row in _json_rows(table)
    ]
    return _whole_json(table, rows)


def _as_compact_json(table: Table) -> bytes:
    return _whole_json(table, [f"\t\t[{', '.join(row)}]" for row in _json_rows(table)])


def _as_lines(table: Table) -> bytes:
    return "".join(f"{row}\n" for row in _objects(table)).encode()


def _heads(table: Table, heads: int) -> Iterator[list[str]]:
    """The lines before the rows: none, the names, or names and types."""
    if heads > 0:
        yield table.names
    if heads > 1:
        yield [kind.name for kind in table.types]


def _compact_lines(heads: int) -> Callable[[Table], bytes]:
    def write(table: Table) -> bytes:
        lines = [[_json(text).decode() for text in line] for line in _heads(table, heads)]
        return "".join(f"[{', '.join(line)}]\n" for line in [*lines, *_json_rows(table)]).encode()

    return write


def _separated(separator: str, head: Callable[[str], str], cell: Callable[[Type, Any], str], heads: int) -> Any:
    def write(table: Table) -> bytes:
        lines = [[head(text) for text in line] for line in _heads(table, heads)]
        rows = ([cell(kind, value) for kind, value in zip(table.types, row, strict=True)] for row in table.rows)
        return "".join(separator.join(line) + "\n" for line in [*lines, *rows]).encode("utf-8", "replace")

    return write


def _csv_head(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _tab_head(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def _raw(kind: Type, value: Any) -> str:
    return "\\N" if value is None and isinstance(kind, Nullable) else kind.text(value)


def _csv(heads: int) -> Any:
    return _separated(",", _csv_head, lambda kind, value: kind.csv(value), heads)


def _tabs(heads: int) -> Any:
    return _separated("\t", _tab_head, lambda kind, value: kind.escaped(value), heads)


def _raw_tabs(heads: int) -> Any:
    return _separated("\t", str, _raw, heads)


def _native(table: Table) -> bytes:
    """One block; no rows are a block without rows, which still tells the columns."""
    return block(table.names, list(_columns(table)), len(table.rows), table.revision)


def _rows_in_bytes(heads: int) -> Callable[[Table], bytes]:
    def write(table: Table) -> bytes:
        out = [varint(len(table.names))] if heads else []
        out += [string(text) for line in _heads(table, heads) for text in line]
        out += [kind.row(value) for row in table.rows for kind, value in zip(table.types, row, strict=True)]
        return b"".join(out)

    return write


def _shown(kind: Type, value: Any) -> str:
    """For eyes: what would move the cursor of a terminal is written out."""
    text = "ᴺᵁᴸᴸ" if value is None and isinstance(kind, Nullable) else kind.text(value)
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _width(text: str) -> int:
    """Places in a terminal."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def _pretty(heavy: bool) -> Callable[[Table], bytes]:
    def write(table: Table) -> bytes:
        names = [name if name.isprintable() else repr(name)[1:-1] for name in table.names]
        rows = [[_shown(kind, value) for kind, value in zip(table.types, row, strict=True)] for row in table.rows]
        cells = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
        widths = [max(map(_width, [name, *column])) for name, column in zip(names, cells, strict=True)]
        lines = _framed_head(table, names, widths) if heavy else [_head(table, names, widths)]
        lines += [f"│ {' │ '.join(_laid(table, row, widths))} │" for row in rows]
        lines.append(f"└{'┴'.join('─' * (width + 2) for width in widths)}┘")
        return ("\n".join(lines) + "\n").encode("utf-8", "replace")

    return write


def _laid(table: Table, texts: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Numbers to the right."""
    return [
        " " * (width - _width(text)) + text if kind.is_number else text + " " * (width - _width(text))
        for kind, text, width in zip(table.types, texts, widths, strict=True)
    ]


def _head(table: Table, names: list[str], widths: list[int]) -> str:
    """`┌─page─┬─views─┐`"""
    told = []
    for kind, name, width in zip(table.types, names, widths, strict=True):
        line = "─" * (width - _width(name))
        told.append(f"─{line}{name}─" if kind.is_number else f"─{name}{line}─")
    return f"┌{'┬'.join(told)}┐"


def _framed_head(table: Table, names: list[str], widths: list[int]) -> list[str]:
    return [
        f"┏{'┳'.join('━' * (width + 2) for width in widths)}┓",
        f"┃ {' ┃ '.join(_laid(table, names, widths))} ┃",
        f"┡{'╇'.join('━' * (width + 2) for width in widths)}┩",
    ]


def _vertical(table: Table) -> bytes:
    longest = max(map(_width, table.names), default=0)
    out = []
    for number, row in enumerate(table.rows, 1):
        title = f"Row {number}:"
        out += [title, "─" * len(title)]
        for name, kind, value in zip(table.names, table.types, row, strict=True):
            out.append(f"{name}:{' ' * (longest - _width(name))} {_shown(kind, value)}")
        out.append("")
    return "\n".join(out).encode("utf-8", "replace")


def _nothing(table: Table) -> bytes:
    return b""


_JSON, _LINES = "application/json; charset=UTF-8", "application/x-ndjson; charset=UTF-8"
_TABS, _TEXT, _BYTES = (
    "text/tab-separated-values; charset=UTF-8",
    "text/plain; charset=UTF-8",
    "application/octet-stream",
)
_WITHOUT, _WITH = "text/csv; charset=UTF-8; header=absent", "text/csv; charset=UTF-8; header=present"

FORMATS = [
    Format("TabSeparated", _TABS, _tabs(0)),
    Format("TabSeparatedWithNames", _TABS, _tabs(1)),
    Format("TabSeparatedWithNamesAndTypes", _TABS, _tabs(2)),
    Format("TabSeparatedRaw", _TABS, _raw_tabs(0)),
    Format("TabSeparatedRawWithNames", _TABS, _raw_tabs(1)),
    Format("TabSeparatedRawWithNamesAndTypes", _TABS, _raw_tabs(2)),
    Format("CSV", _WITHOUT, _csv(0)),
    Format("CSVWithNames", _WITH, _csv(1)),
    Format("CSVWithNamesAndTypes", _WITH, _csv(2)),
    Format("JSON", _JSON, _as_json),
    Format("JSONCompact", _JSON, _as_compact_json),
    Format("JSONEachRow", _LINES, _as_lines),
    Format("JSONCompactEachRow", _LINES, _compact_lines(0)),
    Format("JSONCompactEachRowWithNames", _LINES, _compact_lines(1)),
    Format("JSONCompactEachRowWithNamesAndTypes", _LINES, _compact_lines(2)),
    Format("Native", _BYTES, _native),
    Format("RowBinary", _BYTES, _rows_in_bytes(0)),
    Format("RowBinaryWithNames", _BYTES, _rows_in_bytes(1)),
    Format("RowBinaryWithNamesAndTypes", _BYTES, _rows_in_bytes(2)),
    Format("Pretty", _TEXT, _pretty(True)),
    Format("PrettyCompact", _TEXT, _pretty(False)),
    Format("Vertical", _TEXT, _vertical),
    Format("Null", _TEXT, _nothing),
]
_SHORT = {"TSV": "TabSeparated", "TSVRaw": "TabSeparatedRaw", "JSONLines": "JSONEachRow", "NDJSON": "JSONEachRow"}
_BY_NAME = {made.name.lower(): made for made in FORMATS}
DEFAULT = "TabSeparated"


def named(name: str) -> Format | None:
    """By its name or a short one, in any case; None where there is none."""
    for short, whole in _SHORT.items():
        rest = name[len(short) :]
        if name[: len(short)].lower() == short.lower() and rest.lower() in ("", "withnames", "withnamesandtypes"):
            return _BY_NAME.get((whole + rest).lower())
    plain = name.lower().removesuffix("noescapes").removesuffix("monoblock")
    return _BY_NAME.get(plain if plain.startswith("pretty") else name.lower())
