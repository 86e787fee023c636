"""The last hour of a project, as contract 2's realtime dashboard has it."""

import msgspec

from gosight.events import EventFile
from gosight.kit.clock import MINUTE
from gosight.store.sqlfile import sql

MINUTES = 60
TOP = 10


class MinuteOf(msgspec.Struct, frozen=True):
    """`minute`: whole minutes since 1970."""

    minute: int
    event_count: int
    unique_visitors: int


class TopEvent(msgspec.Struct, frozen=True):
    event_type: str
    count: int


class TopPage(msgspec.Struct, frozen=True):
    page: str
    views: int
    unique_visitors: int


class LastHour(msgspec.Struct, frozen=True):
    """`timeline`: the latest minute first, those without events too."""

    timeline: list[MinuteOf]
    top_events: list[TopEvent]
    top_pages: list[TopPage]


def read(file: EventFile, now: int) -> LastHour:
    """Of what happened in the 60 minutes up to that of `now` (microseconds), by the events' own times."""
    latest = (now - 1) // MINUTE
    first = latest - MINUTES + 1
    during = {"since": first * MINUTE, "until": (latest + 1) * MINUTE}
    with file.reading() as cursor:
        found = cursor.all(sql("compat", "track.timeline"), during, into=MinuteOf)
        events = cursor.all(sql("compat", "track.top_events"), during | {"limit": TOP}, into=TopEvent)
        pages = cursor.all(sql("compat", "track.top_pages"), during | {"limit": TOP}, into=TopPage)
    known = {minute.minute: minute for minute in found}
    timeline = [known.get(at, MinuteOf(at, 0, 0)) for at in range(latest, first - 1, -1)]
    return LastHour(timeline, events, pages)
