"""The replay of one session: its chunks, what happened meanwhile, and where there is none, why."""

from datetime import datetime
from enum import StrEnum

import msgspec

from gosight.analytics.sessions import Event, FoundSignal, SessionFacts, facts
from gosight.control import Project
from gosight.events import EventFile
from gosight.kit.clock import MINUTE, from_datetime
from gosight.kit.errors import NotFound
from gosight.replay import Listed, Outages, Replays
from gosight.store.sqlfile import sql

MAX_MARKS = 2_000
"""Marks on a timeline: more are a grey line."""
LIVE = MINUTE
"""A session of which something was received within that long is going on."""


class ReplayStatus(StrEnum):
    """Is there a replay, and why not."""

    available = "available"
    not_sampled = "not_sampled"
    disabled = "disabled"
    disk_full = "disk_full"
    expired = "expired"


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """`started_at` and `ended_at` of the recording; of the session where there is none."""

    facts: SessionFacts
    status: ReplayStatus
    is_live: bool
    started_at: datetime | int
    ended_at: datetime | int
    chunks: list[Listed]
    events: list[Event]
    signals: list[FoundSignal]


def read(file: EventFile, replays: Replays, outages: Outages, project: Project, session_id: str, now: int) -> Replay:
    """NotFound where the project has no such session."""
    with file.reading() as cursor:
        found = facts(cursor, session_id)
        asked = {"session_no": found.session_no}
        events = cursor.all(sql("analytics", "replay.events"), asked | {"most": MAX_MARKS}, into=Event)
        signals = cursor.all(sql("analytics", "session.signals"), asked, into=FoundSignal)
    chunks = replays.chunks(project.number, session_id)
    latest = max([from_datetime(found.last_received_at), *(chunk.received_at for chunk in chunks)])
    return Replay(
        facts=found,
        status=ReplayStatus.available if chunks else _why_not(found, outages, project),
        is_live=now - latest <= LIVE,
        started_at=min((chunk.starts_at for chunk in chunks), default=found.started_at),
        ended_at=max((chunk.ends_at for chunk in chunks), default=found.ended_at),
        chunks=chunks,
        events=events,
        signals=signals,
    )


def _why_not(session: SessionFacts, outages: Outages, project: Project) -> ReplayStatus:
    if session.has_replay or session.had_replay:
        return ReplayStatus.expired
    if outages.between(from_datetime(session.started_at), from_datetime(session.last_received_at)):
        return ReplayStatus.disk_full
    settings = project.settings
    is_off = not settings.events.replay or (settings.replay.mode == "share" and not settings.sampling.replaySampleRate)
    return ReplayStatus.disabled if is_off else ReplayStatus.not_sampled


def chunk(file: EventFile, replays: Replays, number: int, session_id: str, index: int) -> bytes:
    """One chunk as it was stored, gzipped. NotFound where there is no such session, or no such chunk of it."""
    body = replays.body(number, session_id, index)
    if body is None:
        with file.reading() as cursor:
            facts(cursor, session_id)
        raise NotFound(f"there is no chunk {index} of this session's replay")
    return body
