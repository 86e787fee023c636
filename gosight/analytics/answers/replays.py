"""A session's replay, as contract 1 shows it."""

from datetime import datetime
from urllib.parse import quote

import msgspec

from gosight.analytics.replays import Replay, ReplayStatus
from gosight.analytics.sessions import Event, FoundSignal
from gosight.events import faults, payload_object
from gosight.kit.clock import from_datetime, iso, iso_of

MAX_LABEL = 120
"""Characters of a mark's label."""
KNOWN = frozenset({"page_view", "click", "js_error", "chat_message"})
"""Types that stand for themselves; all others are events of the site's own."""


class ReplayChunk(msgspec.Struct, frozen=True, kw_only=True):
    """`has_snapshot`: it holds the whole page at least once, so that it can be shown from there; null: not known."""

    index: int
    timestamp_start: str
    timestamp_end: str
    has_snapshot: bool | None
    url: str


class ReplayMark(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened. `event_id` is null for what the server found, `error_id` for what is no error."""

    timestamp: str
    type: str
    label: str
    event_id: str | None
    url: str | None
    error_id: str | None = None


class SessionReplay(msgspec.Struct, frozen=True, kw_only=True):
    """`status` says whether there is a replay, and why not; `is_live`: the session is going on."""

    session_id: str
    visitor_id: str
    status: ReplayStatus
    is_live: bool
    duration_ms: int
    started_at: str
    chunks: list[ReplayChunk]
    events_timeline: list[ReplayMark]


def replay(found: Replay, project_id: str) -> SessionReplay:
    session_id = found.facts.session_id
    begin, end = _moment(found.started_at), _moment(found.ended_at)
    marks = [(event.ts, _of_event(event)) for event in found.events]
    marks += [(signal.ts, _of_signal(signal)) for signal in found.signals]
    here = f"/api/v1/projects/{quote(project_id, safe='')}/sessions/{quote(session_id, safe='')}/replay/chunks"
    return SessionReplay(
        session_id=session_id,
        visitor_id=found.facts.visitor_id,
        status=found.status,
        is_live=found.is_live,
        duration_ms=(end - begin) // 1000,
        started_at=iso_of(begin),
        chunks=[
            ReplayChunk(
                index=chunk.index,
                timestamp_start=iso_of(chunk.starts_at),
                timestamp_end=iso_of(chunk.ends_at),
                has_snapshot=chunk.has_snapshot,
                url=f"{here}/{chunk.index}",
            )
            for chunk in found.chunks
        ],
        events_timeline=[mark for _, mark in sorted(marks, key=lambda mark: mark[0])],
    )


def _moment(when: datetime | int) -> int:
    return when if isinstance(when, int) else from_datetime(when)


def _of_event(event: Event) -> ReplayMark:
    return ReplayMark(
        timestamp=iso(event.ts),
        type=event.type if event.type in KNOWN else "custom",
        label=_label(event)[:MAX_LABEL],
        event_id=event.id,
        url=event.url,
        error_id=faults.name_of(event.fault) if event.fault is not None else None,
    )


def _label(event: Event) -> str:
    told = payload_object(event.payload)
    if event.type == "page_view":
        return _text(told.get("title")) or event.path or event.url or "Page view"
    if event.type == "js_error":
        return _text(told.get("message")) or _text(told.get("error_type")) or "Error"
    if event.type == "click":
        target = told.get("target")
        named = target if isinstance(target, dict) else {}
        what = event.name or _text(named.get("text")) or _text(named.get("selector")) or _text(named.get("tag"))
        return f"Click on '{what}'" if what else "Click"
    return event.name or _text(told.get("text")) or event.type


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


_SIGNALS = {
    "rage_click": "Rage click",
    "dead_click": "Dead click",
    "error_click": "Error click",
    "thrashed_cursor": "Thrashed cursor",
}


def _of_signal(signal: FoundSignal) -> ReplayMark:
    where = f" on '{signal.selector}'" if signal.selector else ""
    label = f"{_SIGNALS[signal.type]}{where}"[:MAX_LABEL]
    return ReplayMark(timestamp=iso(signal.ts), type=signal.type, label=label, event_id=None, url=signal.url)
