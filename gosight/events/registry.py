"""Which session an event belongs to: sessions lately written to, kept in memory, looked up where they are not.

Lives on the writer's thread alone.
"""

import msgspec

from gosight.events.agents import read as read_agent
from gosight.events.geo import Geo
from gosight.events.model import EventIn, Origin, Parcel, SessionRow
from gosight.events.urls import source, split
from gosight.kit import ids
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

REMEMBERED = 50_000
"""Sessions in memory, some 20 MB at most; past it the older half is forgotten and looked up again where needed."""
NEVER = 1 << 62


class Known(msgspec.Struct):
    """A session as the writer needs it. Moments in microseconds; `entry_at` is that of its earliest page view."""

    session_no: int
    session_id: str
    visitor_id: str
    context_at: int
    entry_at: int | None
    received_at: int


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
        self.entries: dict[int, SessionRow] = {}

    def forget(self) -> None:
        """After a group that failed: what it opened was not kept."""
        self._by_id.clear()
        self._current.clear()
        self.begin()

    def begin(self) -> None:
        """A new group."""
        self.new, self.earlier, self.entries = [], {}, {}
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
        events = parcel.events
        first = events[0]
        page: EventIn | None = None
        for event in events:
            if event.at < first.at:
                first = event
            if event.type == "page_view" and (page is None or event.at < page.at):
                page = event
        known = self._find(parcel, received, gap)
        if known is None:
            return self._opened(parcel, received, first, page)
        if first.at < known.context_at:
            known.context_at, known.visitor_id = first.at, parcel.visitors[0]
            self.earlier[known.session_no] = self._row(known, parcel.origin, first)
        if page is not None and page.at < (NEVER if known.entry_at is None else known.entry_at):
            known.entry_at = page.at
            self.entries[known.session_no] = _with_entry(self._bare(known), page, parcel.origin)
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

    def _opened(self, parcel: Parcel, received: int, first: EventIn, page: EventIn | None) -> Known:
        self._last_no += 1
        session_id = parcel.session_id or ids.new("s")
        entry_at = page.at if page is not None else None
        known = Known(self._last_no, session_id, parcel.visitors[0], first.at, entry_at, received)
        row = self._row(known, parcel.origin, first)
        self.new.append(_with_entry(row, page, parcel.origin) if page is not None else row)
        self._remember(known)
        return known

    def _remember(self, known: Known) -> None:
        self._by_id[known.session_id] = known
        self._current[known.visitor_id] = known

    def _bare(self, known: Known) -> SessionRow:
        return SessionRow(
            session_no=known.session_no,
            session_id=known.session_id,
            session_hash=ids.hash64(known.session_id),
            visitor_id=known.visitor_id,
            visitor_hash=ids.hash64(known.visitor_id),
            context_at=known.context_at,
            entry_at=known.entry_at,
            last_received_at=known.received_at,
        )

    def _row(self, known: Known, origin: Origin, first: EventIn) -> SessionRow:
        agent = read_agent(origin.user_agent)
        place = self._geo.lookup(origin.ip) if origin.ip else None
        row = self._bare(known)
        row.browser, row.browser_version = agent.browser, agent.browser_version
        row.os, row.os_version = agent.os, agent.os_version
        row.device_type, row.is_bot = agent.device_type, agent.is_bot
        row.screen, row.viewport = origin.screen, origin.viewport
        row.language, row.timezone, row.ip = origin.language, origin.timezone, origin.ip
        row.source = "direct"
        if place is not None:
            row.country, row.region, row.city = place.country, place.region, place.city
        return row


def _with_entry(row: SessionRow, page: EventIn, origin: Origin) -> SessionRow:
    parts = split(page.url)
    row.referrer = page.referrer or None
    row.utm_source, row.utm_medium, row.utm_campaign = parts.utm_source, parts.utm_medium, parts.utm_campaign
    row.source = source(parts.utm_source, page.referrer, parts.host, origin.allowed_domains)
    return row
