"""One visitor: who they are, and everything they did."""

from collections.abc import Sequence

import msgspec

from gosight.analytics.sessions import Event, SessionFacts, traits
from gosight.events import EventFile
from gosight.kit import ids
from gosight.kit.errors import NotFound
from gosight.store.sqlfile import sql


class Visitor(msgspec.Struct, frozen=True):
    """`sessions` in the order of their starts; there is at least one."""

    visitor_id: str
    sessions: Sequence[SessionFacts]
    user_id: str | None
    traits: dict[str, object]


class _Total(msgspec.Struct):
    total: int


def visitor(file: EventFile, visitor_id: str) -> Visitor:
    """NotFound where nobody of that id was seen."""
    sessions = _sessions(file, visitor_id)
    user_id = next((session.user_id for session in reversed(sessions) if session.user_id is not None), None)
    return Visitor(visitor_id, sessions, user_id, traits(file, user_id) if user_id is not None else {})


def timeline(
    file: EventFile, visitor_id: str, types: list[str] | None, page: int, per_page: int
) -> tuple[list[Event], int]:
    """A page of everything they did, newest first, and how much there is."""
    numbers = [session.session_no for session in _sessions(file, visitor_id)]
    asked: dict[str, object] = {"sessions": numbers, "first": min(numbers), "last": max(numbers), "types": types}
    with file.reading() as cursor:
        total = cursor.one(sql("analytics", "visitor.event_count"), asked, into=_Total).total
        shown = {"limit": per_page, "offset": (page - 1) * per_page}
        rows = cursor.all(sql("analytics", "visitor.events"), asked | shown, into=Event)
    return rows, total


def _sessions(file: EventFile, visitor_id: str) -> list[SessionFacts]:
    asked = {"hash": ids.hash64(visitor_id), "visitor_id": visitor_id}
    found = file.all(sql("analytics", "visitor.sessions"), asked, into=SessionFacts)
    if not found:
        raise NotFound(f"there is no visitor {visitor_id[:80]!r} in this project")
    return found
