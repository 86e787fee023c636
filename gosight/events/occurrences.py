"""Occurrences: a row for each error, worked out from that event alone."""

import msgspec

from gosight.events.faults import fault
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

ALL = 2**31
BACKLOG_EVENTS, BACKLOG_ERRORS = 500_000, 1_000
"""Events looked through and errors written at once, of those that were there before: some 50 ms."""

_encode = msgspec.json.Encoder().encode


class _Error(msgspec.Struct):
    """An event as it is stored. Moments in microseconds."""

    seq: int
    session_no: int
    ts: int
    received_at: int
    url: str | None
    path: str | None
    payload: str | None


class _Backlog(msgspec.Struct):
    upto: int


def add(cursor: Cursor, after: int, upto: int, most: int = ALL) -> list[int]:
    """Write the occurrences of errors among the events `after` < seq <= `upto`, within the caller's transaction;
    answers their numbers, the latest first, `most` of them."""
    asked = {"after": after, "upto": upto, "most": most}
    numbers: list[int] = []
    rows: list[str] = []
    for row in cursor.stream(sql("events", "occurrences.errors"), asked):
        error = _Error(*row)
        numbers.append(error.seq)
        rows.append(_encode(_row(error)).decode())
    if rows:
        cursor.run(sql("events", "occurrences.insert"), {"rows": rows})
    return numbers


def _row(error: _Error) -> dict[str, object]:
    found = fault(error.payload)
    return {
        "seq": error.seq,
        "session_no": error.session_no,
        "ts": error.ts,
        "received_at": error.received_at,
        "fault": found.group,
        "error_type": found.error_type,
        "message": found.message,
        "filename": found.filename,
        "lineno": found.lineno,
        "colno": found.colno,
        "release": found.release,
        "url": error.url,
        "path": error.path,
    }


def backlog(cursor: Cursor) -> int:
    """Up to which event none were written yet; 0: all are there."""
    waiting = cursor.all(sql("events", "backlog.read"), into=_Backlog)
    return waiting[0].upto if waiting else 0


def catch_up(cursor: Cursor, upto: int) -> int:
    """Write some of the backlog, in a transaction of its own; answers what is left of it."""
    with cursor.transaction():
        after = max(0, upto - BACKLOG_EVENTS)
        numbers = add(cursor, after, upto, BACKLOG_ERRORS)
        left = numbers[-1] - 1 if len(numbers) == BACKLOG_ERRORS else after
        if left > 0:
            cursor.run(sql("events", "backlog.write"), {"upto": left})
        else:
            cursor.run(sql("events", "backlog.delete"))
    return left
