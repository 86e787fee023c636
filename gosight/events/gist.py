"""What figures need to know of a payload that is large: its known fields, cut to a size that thousands fit into memory.

DuckDB reads 2,048 rows at a time, so that payloads of 64 KiB would fill 128 MB at each look at them, and nothing could
be derived any more. Such a payload is kept whole in a table of its own, for whoever looks at the event itself.
"""

import json
from typing import Any

import msgspec

MAX_INLINE = 8 * 1024
"""Bytes of a payload that figures look at; larger ones are told by their gist. The SDK's own stay far below."""
MAX_TEXT = 1_000
"""Characters of a text in a gist."""
MAX_STACK = 4_000
"""Characters of an error's stack: its topmost frames also where their addresses are long."""
MAX_ITEMS = 200
"""Items of a list in a gist: of 14 bytes each, as a cursor's points are."""
_FIRST = (
    "title", "referrer", "user_id", "time_on_page_ms", "scroll_depth", "depth_percent", "x", "y", "page_x", "page_y",
    "page_height", "viewport_height", "target", "message", "error_type", "filename", "lineno", "colno", "release",
    "stack", "name", "value", "points", "traits",
)  # fmt: skip
"""What the product understands, before anything else."""

_encode = msgspec.json.Encoder().encode


def gist(payload: bytes) -> bytes:
    """At most MAX_INLINE bytes of an object as JSON; as it is where it is no larger."""
    if len(payload) <= MAX_INLINE:
        return payload
    known = _read(payload)
    ordered = [name for name in _FIRST if name in known] + [name for name in known if name not in _FIRST]
    parts: list[bytes] = []
    room = MAX_INLINE - 2
    for name in ordered:
        short = known[name][:MAX_STACK] if name == "stack" and isinstance(known[name], str) else None
        part = _encode(name) + b":" + _encode(short or _cut(known[name], MAX_INLINE // 2))
        if len(part) < room:
            parts.append(part)
            room -= len(part) + 1
    return b"{" + b",".join(parts) + b"}"


def _read(payload: bytes) -> dict[str, Any]:
    """Numbers beyond all floats are null; what is nested too deeply is empty."""
    try:
        return msgspec.json.decode(payload, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _cut(value: Any, room: int) -> Any:
    """A value in at most some `room` bytes: texts and lists lose their ends, objects the fields that don't fit."""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if isinstance(value, list):
        return [_small(item) for item in value[:MAX_ITEMS]]
    if isinstance(value, dict):
        kept: dict[str, Any] = {}
        for name, inner in value.items():
            short = _small(inner)
            room -= len(_encode(short)) + len(name)
            if room < 0:
                break
            kept[name[:MAX_TEXT]] = short
        return kept
    return value


def _small(value: Any) -> Any:
    """An item or a field within a field: null where it is itself large."""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    return None if isinstance(value, list | dict) and len(_encode(value)) > MAX_TEXT else value
