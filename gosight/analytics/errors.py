"""JavaScript errors: faults and how often they occurred, and single errors.

An error belongs to the moment at which it happened, not to its session's start: that is when the site was broken. The
other filters choose sessions, and `path` the page on which the error was.
"""

from datetime import datetime
from typing import TypeVar

import msgspec

from gosight.analytics.fault_marks import Marks
from gosight.analytics.model import ErrorSort, ErrorStatus, Filters, Order, Range
from gosight.events import EventFile
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

PARTS = 24
"""Points of a trend: equal parts of the span."""


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """Which errors a list shows, beside the filters of all lists. `search` is looked for in type, message and file."""

    status: ErrorStatus | None = None
    search: str | None = None
    fault: int | None = None
    release: str | None = None


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A group. Counts are of the span; first and last seen and the status are the group's own; the rest is told by the
    latest error of the span."""

    fault: int
    occurrences: int
    sessions: int
    visitors: int
    first_seen: datetime
    last_seen: datetime
    reopened_at: datetime | None
    status: ErrorStatus
    error_type: str
    message: str
    filename: str | None
    lineno: int | None
    colno: int | None
    release: str | None
    url: str | None
    path: str | None
    total: int


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """A single error."""

    seq: int
    id: str
    fault: int
    ts: datetime
    error_type: str
    message: str
    filename: str | None
    lineno: int | None
    colno: int | None
    release: str | None
    url: str | None
    path: str | None
    session_id: str
    visitor_id: str
    browser: str | None
    browser_version: str | None
    os: str | None
    os_version: str | None
    device_type: str | None
    is_bot: bool
    has_replay: bool
    total: int


class Shares(msgspec.Struct):
    """How a fault is spread over the span and over browsers, the most frequent first."""

    trend: list[int]
    browsers: dict[str, int]


Row = TypeVar("Row", Fault, Occurrence)


class _Share(msgspec.Struct):
    fault: int
    part: int | None
    browser: str | None
    occurrences: int


def grouped(
    file: EventFile,
    during: Range,
    only: Filters,
    chosen: Chosen,
    marks: Marks,
    sort: ErrorSort,
    order: Order,
    page: int,
    per_page: int,
) -> tuple[list[Fault], dict[int, Shares], int]:
    """A page of faults that occurred in the range, how each is spread, and how many faults there are."""
    span = span_of(during.since, during.until, only, chosen)
    asked = span | msgspec.structs.asdict(marks) | shown_of(chosen) | {"sort": sort.value}
    with file.reading() as cursor:
        rows, total = page_of(cursor, "errors.groups", asked, order, page, per_page, Fault)
        shares = _shares(cursor, span, [row.fault for row in rows])
    return rows, shares, total


def single(
    file: EventFile,
    during: Range,
    only: Filters,
    chosen: Chosen,
    marks: Marks,
    order: Order,
    page: int,
    per_page: int,
) -> tuple[list[Occurrence], int]:
    """A page of single errors of the range, and how many there are."""
    asked = span_of(during.since, during.until, only, chosen) | msgspec.structs.asdict(marks) | shown_of(chosen)
    with file.reading() as cursor:
        return page_of(cursor, "errors.list", asked, order, page, per_page, Occurrence)


def span_of(since: int, until: int, only: Filters, chosen: Chosen) -> dict[str, object]:
    """What `chosen_occurrences` asks for."""
    which = {"fault": chosen.fault, "release": chosen.release}
    return {"since": since, "until": until, **which, **msgspec.structs.asdict(only)}


def shown_of(chosen: Chosen) -> dict[str, object]:
    status = None if chosen.status is None else chosen.status.value
    return {"status": status, "search": chosen.search.lower() if chosen.search else None}


def page_of(
    cursor: Cursor, name: str, asked: dict[str, object], order: Order, page: int, per_page: int, into: type[Row]
) -> tuple[list[Row], int]:
    """Each row tells how many there are in all; past the last page the first one is asked."""
    shown = {"direction": 1 if order is Order.asc else -1, "limit": per_page, "offset": (page - 1) * per_page}
    rows = cursor.all(sql("analytics", name), asked | shown, into=into)
    if rows or page == 1:
        return rows, rows[0].total if rows else 0
    first = cursor.all(sql("analytics", name), asked | shown | {"limit": 1, "offset": 0}, into=into)
    return [], first[0].total if first else 0


def _shares(cursor: Cursor, span: dict[str, object], shown: list[int]) -> dict[int, Shares]:
    found = {fault: Shares([0] * PARTS, {}) for fault in shown}
    if not shown:
        return found
    asked = span | {"shown": shown, "parts": PARTS}
    for share in cursor.all(sql("analytics", "errors.shares"), asked, into=_Share):
        if share.part is not None:
            found[share.fault].trend[share.part] = share.occurrences
        elif share.browser is not None:
            found[share.fault].browsers[share.browser] = share.occurrences
    return found
