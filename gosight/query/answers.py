"""A result as bytes: JSON in the contract's fields, CSV, or a line of JSON for each row."""

import csv
import io
import math
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as time_of_day
from decimal import Decimal
from typing import Any

import msgspec

from gosight.kit.clock import iso
from gosight.query.model import Result

JSON, CSV, NDJSON = "application/json", "text/csv", "application/x-ndjson"
PARQUET = "application/vnd.apache.parquet"
"""Is made by the database, and not here."""
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def encoded(found: Result, accept: str) -> tuple[bytes, str]:
    """The body and its type, as `Accept` prefers it; JSON where it asks for nothing that is known here."""
    kind = preferred(accept, (JSON, CSV, NDJSON))
    return _AS[kind](found), kind


def preferred(accept: str, known: tuple[str, ...] = (JSON, CSV, NDJSON, PARQUET)) -> str:
    """The best of `known` by its q, the first of equals; the first of all where none is named."""
    best, best_q = known[0], 0.0
    for part in accept.split(",")[:50]:
        name, *options = (piece.strip().lower() for piece in part.split(";"))
        q = next((_number(option[2:]) for option in options if option.startswith("q=")), 1.0)
        if name in known and q > best_q:
            best, best_q = name, q
    return best


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def plain(value: Any) -> Any:
    """A value as JSON has it: times as ISO 8601 in UTC, what is no finite number as null."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date | time_of_day):
        return value.isoformat()
    if isinstance(value, dict):
        return {text(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.hex() if isinstance(value, bytes) else str(value)


def text(value: Any) -> str:
    """A value in a cell of CSV, or a key."""
    shown = plain(value)
    if shown is None:
        return ""
    if isinstance(shown, bool):
        return "true" if shown else "false"
    return shown if isinstance(shown, str) else _ENCODER.encode(shown).decode()


def objects(found: Result) -> list[dict[str, Any]]:
    """Each row with its columns' names."""
    names = [column.name for column in found.columns]
    return [dict(zip(names, map(plain, row), strict=True)) for row in found.rows]


def _json(found: Result) -> bytes:
    return _ENCODER.encode(
        {
            "success": True,
            "data": objects(found),
            "columns": [column.name for column in found.columns],
            "row_count": len(found.rows),
            "execution_time_ms": found.execution_time_ms,
            "truncated": found.truncated,
        }
    )


def _csv(found: Result) -> bytes:
    """RFC 4180: lines end in CR LF, and what holds a comma, a quote or a line's end stands in quotes."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow([column.name for column in found.columns])
    lines.writerows([text(value) for value in row] for row in found.rows)
    return out.getvalue().encode()


def _ndjson(found: Result) -> bytes:
    return b"".join(_ENCODER.encode(row) + b"\n" for row in objects(found))


_AS: dict[str, Callable[[Result], bytes]] = {JSON: _json, CSV: _csv, NDJSON: _ndjson}
