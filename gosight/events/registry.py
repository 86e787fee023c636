"""Which session an event belongs to: sessions lately written to, kept in memory, looked up where they are not.

Lives on the writer's thread alone.
"""

from copy import copy
from datetime import UTC, datetime

import msgspec

from gosight.events.agents import read as read_agent
from gosight.events.filter import HashFilter
from gosight.events.geo import Geo
from gosight.events.model import EventIn, Origin, Parcel, SessionRow
from gosight.events.urls import source, split
from gosight.kit import ids
from gosight.kit.clock import from_datetime
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

RECORDED = from_datetime(datetime(9000, 1, 1, tzinfo=UTC))
"""When a piece of a recording stands among events that tell who and where from: behind every event, by its index."""
UNTOLD = from_datetime(datetime(9500, 1, 1, tzinfo=UTC))
"""When an event stands there whose sender told of no browser, as servers do: behind all that come from the browser."""
REMEMBERED = 50_000
"""Sessions in memory, some 20 MB at most; past it the older half is forgotten and looked up again where needed."""


class Known(msgspec.Struct):
    """A session as the writer needs it. Moments in microseconds; `told` is a hash of the origin of its earliest event,
    None where the file alone knows that: fifty thousand origins would take 24 MB.

    `last_seq` is its latest event's: up to there must be derived before the session may be forgotten here.
    """

    session_no: int
    session_id: str
    visitor_id: str
    context_at: int
    received_at: int
    told: int | None = None
    last_seq: int = 0
    is_bot: bool = False
    is_begun: bool = False
    """It has had an event."""


class Registry:
    """Finds or opens sessions for parcels, and notes what their rows have to say."""

    def __init__(self, cursor: Cursor, geo: Geo, last_session_no: int) -> None:
        self._cursor = cursor
        self._geo = geo
        self._last_no = last_session_no
        self._by_id: dict[str, Known] = {}
        self._current: dict[str, Known] = {}
        self._filter = self._load_filter()
        self._opened_now: list[Known] = []
        self._changed_now: list[tuple[Known, Known]] = []
        self.rows: list[SessionRow] = []
        self.begun: dict[int, SessionRow] = {}
        """Sessions whose first event is in this group, which nobody has asked for yet."""

    def begin(self, derived_seq: int) -> None:
        """A new group. `derived_seq`: up to there the file itself knows all sessions."""
        self._opened_now, self._changed_now, self.rows, self.begun = [], [], [], {}
        if len(self._by_id) > REMEMBERED:
            self._by_id = _later_half(self._by_id, derived_seq)
        if len(self._current) > REMEMBERED:
            self._current = _later_half(self._current, derived_seq)

    def undo(self) -> None:
        """The group failed: what it opened or changed was not kept."""
        for known, before in reversed(self._changed_now):
            for field in Known.__struct_fields__:
                setattr(known, field, getattr(before, field))
        for known in self._opened_now:
            self._by_id.pop(known.session_id, None)
        self._current = {v: k for v, k in self._current.items() if k.session_id in self._by_id}

    def _load_filter(self) -> HashFilter:
        return HashFilter.of(self._cursor.numbers(sql("events", "sessions.hashes")))

    def look_up(self, parcels: list[Parcel], received: int, gap: int) -> None:
        """Bring into memory what the file knows of these parcels' sessions: two scans for a whole group at most."""
        if self._filter.is_full:
            self._filter = self._load_filter()
            self._filter.add(ids.hash64(session_id) for session_id in self._by_id)
        missing = {p.session_id for p in parcels if p.session_id is not None and p.session_id not in self._by_id}
        hashes = [h for h in map(ids.hash64, missing) if self._filter.may_hold(h)]
        if hashes:
            for known in self._cursor.all(sql("events", "sessions.by_hash"), {"hashes": hashes}, into=Known):
                if known.session_id in missing:
                    self._remember(known)
        visitors = {v for p in parcels if p.session_id is None for v in p.visitors if v not in self._current}
        if visitors:
            asked = {"hashes": [ids.hash64(visitor) for visitor in visitors], "since": received - gap}
            for known in self._cursor.all(sql("events", "sessions.open_of_visitors"), asked, into=Known):
                if known.visitor_id in visitors:
                    self._remember(self._by_id.get(known.session_id, known))

    def place(self, parcel: Parcel, received: int, gap: int, at: int | None = None) -> Known:
        """The session that this parcel belongs to, opened where there is none; notes what its row has to say.

        `at` is the moment of a parcel without events."""
        at = at or _told_at(parcel)
        known = self._find(parcel, received, gap)
        if known is None:
            return self._opened(parcel, received, at)
        self._changed_now.append((known, copy(known)))
        if at < known.context_at:
            known.context_at = at
            told = hash(parcel.origin)
            is_told = known.told == told and known.visitor_id == parcel.visitors[0]
            if not is_told or at >= RECORDED:  # when events began the session's row tells, when recording did does not
                known.told, known.visitor_id = told, parcel.visitors[0]
                row = self._row(known, parcel.origin)
                known.is_bot = row.is_bot
                self.rows.append(row)
        if parcel.events:
            if not known.is_begun:
                known.is_begun = True
                self.begun[known.session_no] = self._row(known, parcel.origin)
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

    def _opened(self, parcel: Parcel, received: int, at: int) -> Known:
        self._last_no += 1
        session_id = parcel.session_id or ids.new("s")
        known = Known(self._last_no, session_id, parcel.visitors[0], at, received, hash(parcel.origin))
        row = self._row(known, parcel.origin)
        row.is_new = True
        known.is_bot, known.is_begun = row.is_bot, bool(parcel.events)
        _enter(row, parcel)
        self.rows.append(row)
        if parcel.events:
            self.begun[known.session_no] = row
        self._filter.add((row.session_hash,))
        self._opened_now.append(known)
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
            is_bot=agent.is_bot,
        )
        row.browser, row.browser_version = agent.browser, agent.browser_version
        row.os, row.os_version = agent.os, agent.os_version
        row.device_type = agent.device_type
        row.screen, row.viewport = origin.screen, origin.viewport
        row.language, row.timezone, row.ip = origin.language, origin.timezone, origin.ip
        if place is not None:
            row.country, row.region, row.city = place.country, place.region, place.city
        return row


def _enter(row: SessionRow, parcel: Parcel) -> None:
    """Where the visit came in, if that is in this parcel; derivation looks again when an earlier page view comes."""
    views = [event for event in parcel.events if event.type == "page_view"]
    if not views:
        return
    page = min(views, key=_when)
    parts = split(page.url)
    row.entry_at, row.referrer = page.at, page.referrer or None
    row.source = source(parts.utm_source, page.referrer, parts.host, parcel.origin.allowed_domains)
    row.utm_source, row.utm_medium, row.utm_campaign = parts.utm_source, parts.utm_medium, parts.utm_campaign


def _when(event: EventIn) -> int:
    return event.at


def _told_at(parcel: Parcel) -> int:
    """The moment by which it is decided which events tell who and where from: their first, but for those that don't."""
    at = min(map(_when, parcel.events)) if len(parcel.events) > 1 else parcel.events[0].at
    return at if parcel.origin.user_agent is not None else UNTOLD + max(at, 0)


def _later_half(table: dict[str, Known], derived_seq: int) -> dict[str, Known]:
    """Without the half that was put in first, but for sessions that the file doesn't know yet."""
    keys = list(table)
    kept = {key: table[key] for key in keys[: len(keys) // 2] if table[key].last_seq > derived_seq}
    return kept | {key: table[key] for key in keys[len(keys) // 2 :]}
