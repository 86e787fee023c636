"""What is going on in a project right now: told on the bus as it is stored, and counted for the last minutes.

Told is every event once it has been committed and acknowledged, in the order stored, as it came: also one that its
sender kept for days. A session is told of once, with its first event, and never again, also not after a restart: what
the file knows is not new. Told is not kept: of what is stored while nobody listens, or while the process dies between
commit and telling, nobody hears. Bots are left out, as in figures.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence

import msgspec

from gosight.events.model import EventIn, SessionRow
from gosight.events.visitors import OF_A_USER
from gosight.kit.bus import EVENTS, SESSIONS, STREAM, WAITING, Bus, Message
from gosight.kit.clock import MINUTE, SECOND, iso_millis, iso_of
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

ONLINE = 5 * MINUTE
"""So long after its last event a session counts as going on."""
PERSONAL = ("user_id", "city")


class Stored(msgspec.Struct):
    """Events of one session in one commit. `begun`: the session's row, where these are its first."""

    session_no: int
    session_id: str
    visitor_id: str
    is_bot: bool
    received: int
    events: list[EventIn]
    begun: SessionRow | None


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions with an event within the last five minutes, and events stored within the last one."""

    active_sessions: int
    events_per_minute: int


class _Active(msgspec.Struct):
    session_no: int
    last_at: int


class _Second(msgspec.Struct):
    second: int
    events: int


class Live:
    """One project's present. `stored` is called on the writer's thread, `pace` from any."""

    def __init__(self, bus: Bus, number: int) -> None:
        self._bus = bus
        self._number = number
        self._lock = threading.Lock()
        self._active: dict[int, int] = {}
        """Session to the moment of its last event, those written to last at the end."""
        self._seconds: deque[_Second] = deque()

    def recall(self, cursor: Cursor, now: int) -> None:
        """What the file knows of the last minutes."""
        active = cursor.all(sql("events", "live.active"), {"online": now - ONLINE}, into=_Active)
        seconds = cursor.all(sql("events", "live.seconds"), {"minute": now - MINUTE, "now": now}, into=_Second)
        with self._lock:
            self._active = {session.session_no: session.last_at for session in active}
            self._seconds = deque(seconds)

    def pace(self, now: int) -> Pace:
        with self._lock:
            self._forget(now)
            active = sum(at >= now - ONLINE for at in self._active.values())
            return Pace(active_sessions=active, events_per_minute=sum(second.events for second in self._seconds))

    def stored(self, stored: Sequence[Stored]) -> None:
        """These are on the disk, and whoever sent them knows."""
        people = [one for one in stored if not one.is_bot]
        if not people:
            return
        self._count(people)
        if self._bus.is_heard(self._number, SESSIONS):
            begun = [_session_start(one, one.begun) for one in people if one.begun is not None]
            if begun:
                self._bus.publish_all(self._number, SESSIONS, begun)
        for channel, message in ((EVENTS, _event), (STREAM, _streamed)):
            if self._bus.is_heard(self._number, channel):
                self._tell_events(channel, message, people)

    def _tell_events(self, channel: str, message: Callable[[Stored, EventIn], Message], people: list[Stored]) -> None:
        """Of a group larger than what may wait for a reader only the end would ever be read."""
        all_events = [(one, event) for one in people for event in one.events]
        told = all_events[-WAITING:]
        messages = [message(one, event) for one, event in told]
        self._bus.publish_all(self._number, channel, messages, lost=len(all_events) - len(told))

    def _count(self, people: list[Stored]) -> None:
        with self._lock:
            for one in people:
                at = min(one.received, max(event.at for event in one.events))
                if at >= one.received - ONLINE:
                    self._active[one.session_no] = max(at, self._active.pop(one.session_no, 0))
                self._add(one.received // SECOND, len(one.events))
            self._forget(people[-1].received)

    def _add(self, second: int, events: int) -> None:
        if not self._seconds or self._seconds[-1].second < second:
            self._seconds.append(_Second(second, 0))
        self._seconds[-1].events += events

    def _forget(self, now: int) -> None:
        while self._seconds and self._seconds[0].second <= (now - MINUTE) // SECOND:
            self._seconds.popleft()
        for session_no in list(_while_older(self._active, now - ONLINE)):
            del self._active[session_no]


def _while_older(active: dict[int, int], since: int) -> Iterator[int]:
    for session_no, at in active.items():
        if at >= since:
            return
        yield session_no


class MissedEvent(msgspec.Struct, frozen=True):
    """An event as the stream tells of it, read from the file. `at` in microseconds."""

    seq: int
    type: str
    name: str | None
    visitor_id: str
    at: int

    def message(self) -> Message:
        """As it was told when it was stored."""
        data = {
            "event_type": self.type,
            "event_name": self.name,
            "visitor_id": self.visitor_id,
            "timestamp": iso_millis(self.at),
        }
        return Message("new_event", data, position=self.seq)


def _streamed(stored: Stored, event: EventIn) -> Message:
    return MissedEvent(event.seq, event.type, event.name, stored.visitor_id, event.at).message()


def _event(stored: Stored, event: EventIn) -> Message:
    data = {
        "session_id": stored.session_id,
        "event_type": event.type,
        "timestamp": iso_of(event.at),
        "name": event.name,
        "path": event.path,
    }
    return Message("event", data)


def _session_start(stored: Stored, row: SessionRow) -> Message:
    events = sorted(stored.events, key=lambda event: event.at)
    entered = [event for event in events if event.type == "page_view"] or events
    data = {
        "session_id": stored.session_id,
        "user_id": next((event.user_id for event in reversed(events) if event.user_id), None),
        "url": next((event.url for event in entered if event.url), None),
        "device": row.device_type,
        "country": row.country,
        "city": row.city,
        "browser": row.browser,
        "os": row.os,
        "source": row.source,
        "visitor_id": row.visitor_id,
        "timestamp": iso_of(events[0].at),
    }
    hidden = ("visitor_id",) if row.visitor_id.startswith(OF_A_USER) else ()
    return Message("session.start", data, PERSONAL + hidden)
