"""Lists of sessions, and one session with its pages, events and signals."""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from gosight.analytics.model import Filters, Order, Range, Sort
from gosight.analytics.payloads import whole_payloads
from gosight.events import EventFile, SignalType, payload_object
from gosight.kit import ids
from gosight.kit.errors import NotFound
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

MAX_SAID = 200
"""Times that a user was identified which are looked at: sites do it on each page, and mostly say the same."""


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of sessions may ask for beyond the filters of all figures. None does not ask."""

    visitor_id: str | None = None
    has_error: bool | None = None
    has_rage_click: bool | None = None
    has_dead_click: bool | None = None
    has_error_click: bool | None = None
    has_thrashed_cursor: bool | None = None
    is_frustrated: bool | None = None
    has_replay: bool | None = None
    min_duration_ms: int | None = None
    max_duration_ms: int | None = None


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A session as a list shows it."""

    session_id: str
    visitor_id: str
    user_id: str | None
    started_at: datetime
    ended_at: datetime
    duration_ms: int
    entry_url: str | None
    exit_url: str | None
    entry_path: str | None
    exit_path: str | None
    page_count: int
    event_count: int
    click_count: int
    error_count: int
    rage_click_count: int
    dead_click_count: int
    error_click_count: int
    thrashed_cursor_count: int
    has_replay: bool
    is_bot: bool
    source: str | None
    browser: str | None
    browser_version: str | None
    os: str | None
    os_version: str | None
    device_type: str | None
    country: str | None
    city: str | None


class SessionFacts(SessionRow, frozen=True, kw_only=True):
    """A session with all that is known of it."""

    session_no: int
    region: str | None
    screen: str | None
    viewport: str | None
    language: str | None
    timezone: str | None
    referrer: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    last_received_at: datetime
    had_replay: bool
    """It was recorded, and the recording's time is over."""


class PageVisit(msgspec.Struct, frozen=True):
    url: str | None
    path: str | None
    title: str | None
    entered_at: datetime
    time_on_page_ms: int | None
    scroll_depth: float | None


class FoundSignal(msgspec.Struct, frozen=True):
    type: SignalType
    ts: datetime
    url: str | None
    path: str | None
    selector: str | None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """`payload` is JSON text as it was stored."""

    seq: int
    id: str
    type: str
    name: str | None
    ts: datetime
    url: str | None
    path: str | None
    payload: str | None
    session_id: str = ""
    fault: int | None = None


class Detail(msgspec.Struct, frozen=True):
    facts: SessionFacts
    pages: list[PageVisit]
    signals: list[FoundSignal]
    traits: dict[str, object] | None


class _Total(msgspec.Struct):
    total: int


class _Traits(msgspec.Struct):
    traits: str


def listed(
    file: EventFile,
    during: Range,
    only: Filters,
    conditions: Conditions,
    sort: Sort,
    order: Order,
    page: int,
    per_page: int,
) -> tuple[list[SessionRow], int]:
    """A page of sessions that begin in the range, and how many there are."""
    asked: dict[str, object] = {
        "since": during.since,
        "until": during.until,
        **msgspec.structs.asdict(only),
        **msgspec.structs.asdict(conditions),
    }
    shown = {
        "sort": sort.value,
        "direction": 1 if order is Order.asc else -1,
        "limit": per_page,
        "offset": (page - 1) * per_page,
    }
    with file.reading() as cursor:
        total = cursor.one(sql("analytics", "sessions.count"), asked, into=_Total).total
        rows = cursor.all(sql("analytics", "sessions.list"), asked | shown, into=SessionRow)
    return rows, total


def facts(cursor: Cursor, session_id: str) -> SessionFacts:
    """NotFound where the project has no such session."""
    asked = {"hash": ids.hash64(session_id), "session_id": session_id}
    found = cursor.all(sql("analytics", "session.facts"), asked, into=SessionFacts)
    if not found:
        raise NotFound(f"there is no session {session_id[:80]!r} in this project")
    return found[0]


def detail(file: EventFile, session_id: str) -> Detail:
    with file.reading() as cursor:
        found = facts(cursor, session_id)
        asked = {"session_no": found.session_no}
        return Detail(
            facts=found,
            pages=cursor.all(sql("analytics", "session.pages"), asked, into=PageVisit),
            signals=cursor.all(sql("analytics", "session.signals"), asked, into=FoundSignal),
            traits=traits(cursor, found.user_id) if found.user_id is not None else None,
        )


def traits(cursor: Cursor, user_id: str) -> dict[str, object]:
    """What identify said of a user, later words over earlier ones."""
    known: dict[str, object] = {}
    for said in cursor.all(sql("analytics", "user.traits"), {"user_id": user_id, "most": MAX_SAID}, into=_Traits):
        known |= payload_object(said.traits)
    return known


def events(
    file: EventFile, session_id: str, types: list[str] | None, page: int, per_page: int
) -> tuple[list[Event], int]:
    """A page of a session's events in the order in which they happened, and how many there are."""
    with file.reading() as cursor:
        asked: dict[str, object] = {"session_no": facts(cursor, session_id).session_no, "types": types}
        total = cursor.one(sql("analytics", "session.event_count"), asked, into=_Total).total
        shown = {"limit": per_page, "offset": (page - 1) * per_page}
        rows = whole_events(cursor, "session.events", asked | shown)
    return rows, total


def whole_events(cursor: Cursor, statement: str, asked: dict[str, object]) -> list[Event]:
    """What a statement finds, with all that each event carried."""
    rows = cursor.all(sql("analytics", statement), asked, into=Event)
    whole = whole_payloads(cursor, [row.seq for row in rows])
    if not whole:
        return rows
    return [replace(row, payload=whole.get(row.seq, row.payload)) for row in rows]
