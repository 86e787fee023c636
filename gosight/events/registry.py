"""Which session an event belongs to: sessions lately written to, kept in memory, looked up where they are not.

Lives on the writer's thread alone.
"""

import msgspec

from gosight.events.agents import read as read_agent
from gosight.events.geo import Geo
from gosight.events.model import EventIn, Origin, Parcel, SessionRow
from gosight.kit import ids
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

REMEMBERED = 50_000
"""Sessions in memory, some 20 MB at most; past it the older half is forgotten and looked up again where needed."""


class Known(msgspec.Struct):
    """A session as the writer needs it. Moments in microseconds; `origin` is what came with its earliest event."""

    session_no: int
    session_id: str
    visitor_id: str
    context_at: int
    received_at: int
    origin: Origin | None = None


class Registry:
    """Finds or opens sessions for parcels, and tells which session rows a group adds or corrects."""

    def __init__(self, cursor: Cursor, geo: Geo, last_session_no: int) -> None:
        self._cursor = cursor
        self._geo = geo
        self._last_no = last_session_no
        self._by_id: dict[str, Known] = {}
        self._current: dict[str, Known] = {}
        self.new: list[SessionRow] = []
        self.earlier: dict[int, SessionRow] = {}

    def forget(self) -> None:
        """After a group that failed: what it opened was not kept."""
        self._by_id.clear()
        self._current.clear()
        self.begin()

    def begin(self) -> None:
        """A new group."""
        self.new, self.earlier = [], {}
        for table in (self._by_id, self._current):
            if len(table) > REMEMBERED:
                for key in list(table)[: REMEMBERED // 2]:
                    del table[key]

    def look_up(self, parcels: list[Parcel], received: int, gap: int) -> None:
        """Bring into memory what the file knows of these parcels' sessions: two scans for a whole group at most."""
        missing = {p.session_id for p in parcels if p.session_id is not None and p.session_id not in self._by_id}
        if missing:
            hashes = [ids.hash64(session_id) for session_id in missing]
            for known in self._cursor.all(sql("events", "sessions.by_hash"), {"hashes": hashes}, into=Known):
                if known.session_id in missing:
                    self._remember(known)
        visitors = {v for p in parcels if p.session_id is None for v in p.visitors if v not in self._current}
        if visitors:
            asked = {"hashes": [ids.hash64(visitor) for visitor in visitors], "since": received - gap}
            for known in self._cursor.all(sql("events", "sessions.open_of_visitors"), asked, into=Known):
                if known.visitor_id in visitors:
                    self._remember(self._by_id.get(known.session_id, known))

    def place(self, parcel: Parcel, received: int, gap: int) -> Known:
        """The session that this parcel belongs to, opened where there is none; notes what its row has to say."""
        first = min(parcel.events, key=_when) if len(parcel.events) > 1 else parcel.events[0]
        known = self._find(parcel, received, gap)
        if known is None:
            return self._opened(parcel, received, first)
        if first.at < known.context_at:
            known.context_at = first.at
            if known.origin != parcel.origin or known.visitor_id != parcel.visitors[0]:
                known.origin, known.visitor_id = parcel.origin, parcel.visitors[0]
                self.earlier[known.session_no] = self._row(known, parcel.origin)
        known.received_at = max(known.received_at, received)
        self._current[known.visitor_id] = known
        return known

    def _find(self, parcel: Parcel, received: int, gap: int) -> Known | None:
        if parcel.session_id is not None:
            return self._by_id.get(parcel.session_id)
        for visitor in parcel.visitors:
            known = self._current.get(visitor)
            if known is not None and received - known.received_at <= gap:
                return known
        return None

    def _opened(self, parcel: Parcel, received: int, first: EventIn) -> Known:
        self._last_no += 1
        session_id = parcel.session_id or ids.new("s")
        known = Known(self._last_no, session_id, parcel.visitors[0], first.at, received, parcel.origin)
        self.new.append(self._row(known, parcel.origin))
        self._remember(known)
        return known

    def _remember(self, known: Known) -> None:
        self._by_id[known.session_id] = known
        self._current[known.visitor_id] = known

    def _row(self, known: Known, origin: Origin) -> SessionRow:
        agent = read_agent(origin.user_agent)
        place = self._geo.lookup(origin.ip) if origin.ip else None
        row = SessionRow(
            session_no=known.session_no,
            session_id=known.session_id,
            session_hash=ids.hash64(known.session_id),
            visitor_id=known.visitor_id,
            visitor_hash=ids.hash64(known.visitor_id),
            context_at=known.context_at,
            last_received_at=known.received_at,
        )
        row.browser, row.browser_version = agent.browser, agent.browser_version
        row.os, row.os_version = agent.os, agent.os_version
        row.device_type, row.is_bot = agent.device_type, agent.is_bot
        row.screen, row.viewport = origin.screen, origin.viewport
        row.language, row.timezone, row.ip = origin.language, origin.timezone, origin.ip
        if place is not None:
            row.country, row.region, row.city = place.country, place.region, place.city
        return row


def _when(event: EventIn) -> int:
    return event.at
