"""The Native format: an answer as blocks of columns, each in its type's bytes one after the other."""

from collections.abc import Sequence
from typing import Any

from gosight.compat.clickhouse.types import Type, string, varint

WITH_CUSTOM_SERIALIZATION = 54454
"""From this revision of the protocol on, a column tells whether it is laid out in a way of its own. Ours never are."""
WITH_OUT_OF_ORDER_BUCKETS = 54480
_NOT_OVERFLOWING, _NO_BUCKET = b"\1\0", b"\2\xff\xff\xff\xff"


def block(names: Sequence[str], columns: Sequence[tuple[Type, list[Any]]], rows: int, revision: int) -> bytes:
    """One block. `revision`: what the client said it speaks; 0, where it said nothing: then counts come first."""
    out = [_info(revision), varint(len(names)), varint(rows)]
    for name, (kind, values) in zip(names, columns, strict=True):
        out += [string(name), string(kind.name)]
        if revision >= WITH_CUSTOM_SERIALIZATION:
            out.append(b"\0")
        if rows:
            out.append(kind.column(values))
    return b"".join(out)


def _info(revision: int) -> bytes:
    if revision <= 0:
        return b""
    buckets = b"\3\0" if revision >= WITH_OUT_OF_ORDER_BUCKETS else b""
    return _NOT_OVERFLOWING + _NO_BUCKET + buckets + b"\0"
