"""Sessions, pages and signals from events: recomputed whole for each session that has had events since the last time.

A session's rows depend on nothing but its events, and on whether anything of it was recorded, so it makes no difference
in which order or how often they came, or when this ran; how far it has come is kept in the same transaction. An error's
occurrence depends on its event alone, and is written once.
"""

import time
from collections.abc import Iterator
from itertools import groupby

import msgspec

from gosight.events import occurrences
from gosight.events.model import SESSION_COLUMNS
from gosight.events.observations import observe, quick
from gosight.events.payloads import payload_object
from gosight.events.rules import Rules, Seen, judge
from gosight.events.signals import Signal
from gosight.events.urls import source, split
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql


class _Entry(msgspec.Struct):
    """Where a session came in: its earliest page view. `entry_at` in microseconds."""

    session_no: int
    entry_at: int
    url: str | None
    referrer: str | None


SLICE = 20_000
"""Events looked at in one transaction: some 50 ms, which is what a commit may have to wait behind."""

SLICE_BYTES = 16 * 1024 * 1024
"""Bytes of such events as they were sent: what is looked at must fit into the engine's memory with room to spare."""
SLICE_BLIND = 2_000
"""Events of a slice where nobody knows how large they are: after a start."""
MAX_OBSERVED = 3 * 1024 * 1024
"""Bytes of a session's clicks, errors and moves that signals are looked for in, the earliest ones: hours of work for a
person. What goes on for longer is none, and would fill the memory."""

_encode = msgspec.json.Encoder().encode


class Touched(msgspec.Struct):
    """A session that has had events, and what of it they may have changed."""

    session_no: int
    pages: bool = True
    signals: bool = True
    clicks: bool = True
    scrolls: bool = True
    identities: bool = True
    entry: bool = True
    errors: bool = False
    added_up: bool = False
    """Its day is over, and stands among the days that are added up."""


def derive(cursor: Cursor, after: int, upto: int, rules: Rules) -> None:
    """Bring the sessions touched by events `after` < seq <= `upto` up to date, in one transaction."""
    asked = {"after": after, "upto": upto}
    with cursor.transaction():
        _sort_in(cursor)
        touched = cursor.all(sql("events", "derive.touched"), asked, into=Touched)
        if any(session.identities for session in touched):
            cursor.run(sql("events", "derive.identities"), asked)
        if any(session.clicks for session in touched):
            cursor.run(sql("events", "derive.clicks"), asked)
        if any(session.scrolls for session in touched):
            cursor.run(sql("events", "derive.scrolls"), asked)
        if any(session.errors for session in touched):
            occurrences.add(cursor, after, upto)
        recompute(cursor, touched, rules)
        cursor.run(sql("events", "progress.write"), {"seq": upto})


class _Arrived(msgspec.Struct):
    hashes: int
    sessions: int
    corrections: int
    first: int
    recorded: int
    first_recorded: int


def _sort_in(cursor: Cursor) -> None:
    """Sessions and hashes that arrived beside events, to where they belong."""
    arrived = cursor.one(sql("events", "derive.arrived"), into=_Arrived)
    if arrived.hashes:
        cursor.run(sql("events", "derive.seen"))
    if arrived.sessions:
        cursor.run(sql("events", "derive.sessions"), {"types": SESSION_COLUMNS})
    if arrived.corrections:
        cursor.run(sql("events", "derive.contexts"), {"types": SESSION_COLUMNS, "first": arrived.first})
    if arrived.recorded:
        first = {"first": arrived.first_recorded}
        cursor.run(sql("events", "derive.recorded"), first)
        cursor.run(sql("events", "rollup.stale_recorded"), first)
        cursor.run(sql("events", "derive.recorded_alone"), first)
        cursor.run(sql("events", "rollup.stale_recorded"), first)
    if arrived.hashes or arrived.sessions or arrived.corrections or arrived.recorded:
        cursor.run(sql("events", "derive.arrivals_delete"))


def recompute(cursor: Cursor, sessions: list[Touched], rules: Rules) -> None:
    """Write the rows of these sessions anew, within the caller's transaction. Each statement costs milliseconds, so
    those that these events can't have changed anything for are left out."""
    if not sessions:
        return
    _entries(cursor, [session for session in sessions if session.entry], rules)
    _signals(cursor, [session for session in sessions if session.signals], rules)
    anew = _which(sessions) | {"derivation": time.time_ns()}
    cursor.run(sql("events", "derive.figures"), anew)
    added_up = [session for session in sessions if session.added_up]
    if added_up:  # while the row before is still there: its day may be another
        cursor.run(sql("events", "rollup.stale"), _which(added_up))
    cursor.run(sql("events", "derive.outdated"), anew)
    paged = [session for session in sessions if session.pages]
    if paged:
        cursor.run(sql("events", "derive.pages_delete"), _which(paged))
        cursor.run(sql("events", "derive.pages"), _which(paged))


def _which(sessions: list[Touched]) -> dict[str, object]:
    numbers = [session.session_no for session in sessions]
    return {"touched": numbers, "first": min(numbers), "last": max(numbers)}


def _entries(cursor: Cursor, sessions: list[Touched], rules: Rules) -> None:
    if not sessions:
        return
    which = _which(sessions)
    found = cursor.all(sql("events", "derive.entries"), which, into=_Entry)
    if found:
        rows = [_encode(_attribution(entry, rules)).decode() for entry in found]
        cursor.run(sql("events", "derive.entry"), {"rows": rows, "first": which["first"], "last": which["last"]})


def _attribution(entry: _Entry, rules: Rules) -> dict[str, object]:
    page = split(entry.url)
    return {
        "session_no": entry.session_no,
        "entry_at": entry.entry_at,
        "referrer": entry.referrer or None,
        "source": source(page.utm_source, entry.referrer, page.host, rules.allowed_domains),
        "utm_source": page.utm_source,
        "utm_medium": page.utm_medium,
        "utm_campaign": page.utm_campaign,
    }


def _signals(cursor: Cursor, sessions: list[Touched], rules: Rules) -> None:
    if not sessions:
        return
    which = _which(sessions)
    cursor.run(sql("events", "derive.signals_delete"), which)
    rows = list(_found(cursor, which, rules))
    if rows:
        cursor.run(sql("events", "derive.signals"), {"rows": rows})


def _found(cursor: Cursor, which: dict[str, object], rules: Rules) -> Iterator[str]:
    thresholds = rules.loosest(_first_received(cursor, which)) if rules.earlier else rules.thresholds
    asked = which | {
        "clicks_before": thresholds.rage_clicks - 1,
        "rage_window_ms": thresholds.rage_window_ms,
        "points": thresholds.thrash_turns + 2,
        "bytes": MAX_OBSERVED,
    }
    rows_found = cursor.stream(sql("events", "derive.observations"), asked)
    for session_no, rows in groupby(rows_found, key=lambda row: int(row[0])):
        for signal in judge(_observations(rows), rules):
            yield _encode(_row(session_no, signal)).decode()


def _first_received(cursor: Cursor, which: dict[str, object]) -> int:
    return int(cursor.rows(sql("events", "derive.first_received"), which)[0][0])


def _observations(rows: Iterator[tuple[int, int, int, str, str | None, str | None, str | None]]) -> Iterator[Seen]:
    for _, received, ts_ms, kind, path, url, payload in rows:
        seen = quick(kind, ts_ms, path, url, payload) if payload is not None else None
        if seen is None:
            seen = observe(kind, ts_ms, path, url, payload_object(payload))
        if seen is not None:
            yield received, seen


def _row(session_no: int, signal: Signal) -> dict[str, object]:
    return {
        "session_no": session_no,
        "type": signal.type,
        "at": signal.at_ms * 1000,
        "url": signal.url or None,
        "path": signal.path or None,
        "selector": signal.selector or None,
        "details": signal.details,
    }
