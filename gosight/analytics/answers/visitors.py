"""One visitor and their timeline."""

from typing import Any

import msgspec

from gosight.analytics.answers.sessions import (
    FullDevice,
    FullLocation,
    Person,
    SessionStats,
    full_device,
    full_location,
)
from gosight.analytics.sessions import Event
from gosight.analytics.visitors import Visitor
from gosight.events import faults, payload_object
from gosight.kit.clock import iso


class VisitorDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor over all their sessions; device and place are the last session's, the source the first one's."""

    visitor_id: str
    user: Person | None
    first_seen: str
    last_seen: str
    sessions: int
    pageviews: int
    events: int
    source: str | None
    device: FullDevice
    location: FullLocation
    signals: SessionStats


def visitor_detail(visitor: Visitor) -> VisitorDetail:
    totals, last = visitor.totals, visitor.last
    return VisitorDetail(
        visitor_id=visitor.visitor_id,
        user=Person(id=totals.user_id, traits=visitor.traits) if totals.user_id is not None else None,
        first_seen=iso(totals.first_seen or last.started_at),
        last_seen=iso(totals.last_seen or last.ended_at),
        sessions=totals.sessions,
        pageviews=totals.page_count,
        events=totals.event_count,
        source=totals.source,
        device=full_device(last),
        location=full_location(last, personal=True),
        signals=SessionStats(
            event_count=totals.event_count,
            click_count=totals.click_count,
            error_count=totals.error_count,
            rage_click_count=totals.rage_click_count,
            dead_click_count=totals.dead_click_count,
            error_click_count=totals.error_click_count,
            thrashed_cursor_count=totals.thrashed_cursor_count,
        ),
    )


class TimelineItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a visitor did. `kind` tells which part of the product knows it;
    `error_id`: the group of an error."""

    kind: str
    id: str
    type: str
    name: str | None
    timestamp: str
    session_id: str
    url: str | None
    path: str | None
    label: str
    payload: dict[str, Any]
    error_id: str | None


def timeline_item(event: Event) -> TimelineItem:
    payload = payload_object(event.payload)
    return TimelineItem(
        kind="event",
        id=event.id,
        type=event.type,
        name=event.name,
        timestamp=iso(event.ts),
        session_id=event.session_id,
        url=event.url,
        path=event.path,
        label=label(event, payload),
        payload=payload,
        error_id=None if event.fault is None else faults.name_of(event.fault),
    )


def label(event: Event, payload: dict[str, object]) -> str:
    """An event in a few words."""
    target = payload.get("target")
    known = target if isinstance(target, dict) else {}
    element = str(known.get("text") or known.get("selector") or "an element")[:80]
    match event.type:
        case "page_view":
            return f"Viewed {payload.get('title') or event.path or 'a page'}"[:120]
        case "page_exit":
            return f"Left {event.path or 'the page'}"[:120]
        case "click":
            return f"Clicked '{element}'"
        case "dead_click":
            return f"Dead click on '{element}'"
        case "js_error":
            return f"Error: {payload.get('message') or 'unknown'}"[:160]
        case "scroll":
            return "Scrolled"
        case "mouse_move":
            return "Moved the cursor"
        case "web_vital":
            return f"{payload.get('name') or 'Web vital'} {payload.get('value', '')}"[:80].strip()
        case "identify":
            return f"Identified as {payload.get('user_id') or 'a user'}"[:120]
        case "session_start":
            return "Session started"
        case "session_end":
            return "Session ended"
        case other:
            return event.name or other
