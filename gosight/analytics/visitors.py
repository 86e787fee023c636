"""One visitor: who they are, and everything they did."""

from datetime import datetime

import msgspec

from gosight.analytics.sessions import Event, SessionFacts, facts, traits, whole_events
from gosight.events import EventFile
from gosight.kit import ids
from gosight.kit.errors import NotFound
from gosight.store.sqlfile import sql

MAX_SESSIONS = 10_000
"""Sessions whose events a timeline shows, the latest: who has more is a machine."""


class VisitorTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Over all of a visitor's sessions; the source is the first one's. None where there are no sessions."""

    sessions: int
    first_seen: datetime | None
    last_seen: datetime | None
    source: str | None
    user_id: str | None
    last_session_id: str | None
    page_count: int
    event_count: int
    click_count: int
    error_count: int
    rage_click_count: int
    dead_click_count: int
    error_click_count: int
    thrashed_cursor_count: int


class Visitor(msgspec.Struct, frozen=True):
    visitor_id: str
    totals: VisitorTotals
    last: SessionFacts
    traits: dict[str, object]


class _Total(msgspec.Struct):
    total: int


class _Number(msgspec.Struct):
    session_no: int


def visitor(file: EventFile, visitor_id: str) -> Visitor:
    """NotFound where nobody of that id was seen."""
    with file.reading() as cursor:
        totals = cursor.one(sql("analytics", "visitor.totals"), _named(visitor_id), into=VisitorTotals)
        if totals.last_session_id is None:
            raise _nobody(visitor_id)
        known = traits(cursor, totals.user_id) if totals.user_id is not None else {}
        return Visitor(visitor_id, totals, facts(cursor, totals.last_session_id), known)


def timeline(
    file: EventFile, visitor_id: str, types: list[str] | None, page: int, per_page: int
) -> tuple[list[Event], int]:
    """A page of everything they did, newest first, and how much there is."""
    latest = _named(visitor_id) | {"most": MAX_SESSIONS}
    with file.reading() as cursor:
        found = cursor.all(sql("analytics", "visitor.sessions"), latest, into=_Number)
        if not found:
            raise _nobody(visitor_id)
        numbers = [session.session_no for session in found]
        asked: dict[str, object] = {"sessions": numbers, "first": min(numbers), "last": max(numbers), "types": types}
        total = cursor.one(sql("analytics", "visitor.event_count"), asked, into=_Total).total
        shown = {"limit": per_page, "offset": (page - 1) * per_page}
        rows = whole_events(cursor, "visitor.events", asked | shown)
    return rows, total


def _named(visitor_id: str) -> dict[str, object]:
    return {"hash": ids.hash64(visitor_id), "visitor_id": visitor_id}


def _nobody(visitor_id: str) -> NotFound:
    return NotFound(f"there is no visitor {visitor_id[:80]!r} in this project")
