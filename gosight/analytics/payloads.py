"""Large payloads whole, for those who look at events themselves; figures see their gist."""

from collections import defaultdict
from collections.abc import Sequence

from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

_AT_ONCE = 64
"""Parts that are read at a time."""


def whole_payloads(cursor: Cursor, seqs: Sequence[int]) -> dict[int, str]:
    """JSON text by event, of those that have a large payload."""
    if not seqs:
        return {}
    asked = {"seqs": list(seqs), "first": min(seqs), "last": max(seqs)}
    parts: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for seq, part, text in cursor.stream(sql("analytics", "wholes.parts"), asked, at_once=_AT_ONCE):
        parts[seq].append((part, text))
    return {seq: "".join(text for _, text in sorted(found)) for seq, found in parts.items()}
