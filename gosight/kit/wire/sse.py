"""Server-Sent Events as the HTML standard has them: text, in blocks that end with an empty line."""

CONTENT_TYPE = "text/event-stream; charset=utf-8"
HEARTBEAT = b": heartbeat\n\n"
"""A comment: nobody hears of it, and the line is known to live."""


def message(event: str, data: bytes, id_: int | None = None) -> bytes:
    """One event. `data` is JSON, which has no line breaks of its own."""
    place = b"" if id_ is None else b"id: %d\n" % id_
    return b"%sevent: %s\ndata: %s\n\n" % (place, event.encode(), data)


def begin(retry_ms: int, id_: int | None) -> bytes:
    """The first block: how long to wait before coming again, and where the reader stands. It is no event."""
    place = b"" if id_ is None else b"id: %d\n" % id_
    return b"retry: %d\n%s\n" % (retry_ms, place)
