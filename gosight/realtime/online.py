"""Who is on the site now: visits that go on, the last half hour by the minute, and what happened last."""

from datetime import datetime

import msgspec

from gosight.events import ONLINE, EventFile
from gosight.kit.clock import MINUTE
from gosight.store.sqlfile import sql

MINUTES = 30
"""How far back the chart goes."""
VISITS = 500
"""Visits told of, those with the latest events; more are counted."""
EVENTS = 50


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A session with an event within five minutes. `path` is the page it is on."""

    session_id: str
    visitor_id: str
    user_id: str | None
    country: str | None
    city: str | None
    device: str | None
    browser: str | None
    os: str | None
    source: str | None
    started_at: datetime
    last_event_at: datetime
    path: str | None
    page_count: int
    event_count: int
    has_replay: bool
    total: int
    visitors: int


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    session_id: str
    event_type: str
    timestamp: datetime
    name: str | None
    path: str | None


class _Minute(msgspec.Struct, frozen=True):
    minute: int
    events: int


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """`minutes`: events stored in each of the last minutes, the present one last and not over."""

    visits: list[Visit]
    minutes: list[int]
    happened: list[Happened]


def read(file: EventFile, now: int) -> Now:
    """Everything acknowledged before is in it. `now` in microseconds."""
    this = now // MINUTE
    first = this - MINUTES + 1
    with file.reading() as cursor:
        visits = cursor.all(sql("realtime", "online.visits"), {"online": now - ONLINE, "limit": VISITS}, into=Visit)
        found = cursor.all(sql("realtime", "online.minutes"), {"since": first * MINUTE, "now": now}, into=_Minute)
        happened = cursor.all(
            sql("realtime", "online.happened"), {"since": now - ONLINE, "limit": EVENTS}, into=Happened
        )
    events = {minute.minute: minute.events for minute in found}
    return Now(visits=visits, minutes=[events.get(at, 0) for at in range(first, this + 1)], happened=happened)
