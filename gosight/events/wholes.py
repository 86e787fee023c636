"""Large payloads as they came, in parts of which 2,048, which DuckDB reads at once, fit into memory."""

from collections.abc import Iterable

from gosight.events.model import EventIn

PART = 4_096
"""Characters of a part: up to 16 KB."""


def parts_of(events: Iterable[EventIn]) -> dict[str, list[int] | list[str]]:
    """Columns of `wholes` for numbered events that have a large payload."""
    seqs: list[int] = []
    parts: list[int] = []
    texts: list[str] = []
    for event in events:
        text = event.whole or ""
        for begin in range(0, len(text), PART):
            seqs.append(event.seq)
            parts.append(begin // PART)
            texts.append(text[begin : begin + PART])
    return {"seqs": seqs, "parts": parts, "texts": texts}
