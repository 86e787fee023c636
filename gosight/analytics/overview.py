"""Headline figures of one project over one range, each with its change against the span before."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, time
from typing import TypeVar

import msgspec

from gosight.analytics import rolled
from gosight.analytics.model import Dimension, Filters, Interval, Range, buckets, change, instant, label
from gosight.analytics.model import today as day_of
from gosight.events import EventFile
from gosight.kit.clock import DAY, HOUR, MINUTE
from gosight.kit.zones import zone
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

T = TypeVar("T")

ONLINE = 5 * MINUTE
STEPS = (DAY, HOUR, 15 * MINUTE)
"""Lengths of the pieces that days are put together from; quarters of an hour fit into the hours of every zone."""


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Durations in seconds, rates in percent. Averages are None where there were no sessions."""

    is_now: bool
    sessions: int = 0
    pageviews: int = 0
    events: int = 0
    avg_session_duration: float | None = None
    bounce_rate: float | None = None
    rage_clicks: int = 0
    dead_clicks: int = 0
    error_clicks: int = 0
    thrashed_cursors: int = 0
    error_sessions: int = 0
    frustrated_sessions: int = 0


class Users(msgspec.Struct, frozen=True):
    now: int
    before: int


class Point(msgspec.Struct, frozen=True):
    """`date` is the bucket's local start."""

    date: str
    value: int


class Slot(msgspec.Struct, frozen=True):
    """A short piece of time, `at` its first microsecond. `time_ms` was spent on `timed` of the page views."""

    at: int
    sessions: int = 0
    pageviews: int = 0
    timed: int = 0
    time_ms: int = 0


class _Wide(Slot, frozen=True, kw_only=True):
    """With all that totals are made of."""

    events: int
    duration_ms: int
    bounces: int
    rage_clicks: int
    dead_clicks: int
    error_clicks: int
    thrashed_cursors: int
    error_sessions: int
    frustrated_sessions: int


class Share(msgspec.Struct, frozen=True):
    """A value of a dimension, with its sessions in the span and in the one before."""

    kind: str
    value: str
    sessions: int
    before: int


class PageFigures(msgspec.Struct, frozen=True):
    """`avg_time` in seconds."""

    path: str
    views: int
    avg_time: float | None
    before: int


class Row(msgspec.Struct, frozen=True):
    """A value of a dimension. Paths come without users."""

    value: str
    sessions: int
    users: int | None
    pageviews: int
    before: int
    total: int


class _Bucket(msgspec.Struct):
    position: int
    users: int


class Series(msgspec.Struct, frozen=True):
    sessions: list[Point]
    pageviews: list[Point]
    users: list[Point] | None


class Figures(msgspec.Struct, frozen=True):
    """All that the overview shows; routes give it the contract's shape."""

    now: Totals
    before: Totals
    users: Users
    series: Series
    series_before: Series
    pages: list[PageFigures]
    shares: dict[str, list[Share]]


def read(file: EventFile, during: Range, only: Filters, interval: Interval, *, with_users: bool) -> Figures:
    """One pass under one deadline; everything acknowledged before is in it."""
    before = during.previous()
    both = Range(start=before.start, end=during.end, timezone=during.timezone)
    edges = {span: [instant(start, span.zone) for start in buckets(span, interval)] for span in (before, during)}
    step = _step(before.since, during.since, during.until, *edges[before], *edges[during])
    with file.reading() as cursor:
        chosen = Chosen(cursor, both, only, middle=during.since, step=step)
        totals, slots = _counted(chosen, before.since, during.since)
        users = chosen.all("overview.users", into=Users)[0]
        if only.path is not None:
            slots = _views_alone(chosen, slots)
            totals = [_with_views(total, slots, during.since) for total in totals]
        return Figures(
            now=totals[1],
            before=totals[0],
            users=users,
            series=_series(chosen, slots, during, edges[during], interval, with_users=with_users),
            series_before=_series(chosen, slots, before, edges[before], interval, with_users=with_users),
            pages=_pages(chosen) if only.path is None else _path_alone(only.path, slots, during.since),
            shares=_shares(chosen),
        )


class Chosen:
    """The sessions that one request is about. Which of a million were on a page is found out once, not for each
    figure."""

    def __init__(self, cursor: Cursor, during: Range, only: Filters, *, middle: int, step: int) -> None:
        self.only = only
        self.step = step
        self._cursor = cursor
        self._asked = _asked(during, only) | {"middle": middle, "step": step}
        if only.path is not None:
            selection = sql("analytics", "overview.chosen")
            cursor.run(f"create or replace temp table chosen as {selection}", _named_in(selection, self._asked))
        self._rolled = rolled.parameters(cursor, during.since, middle, during.until) if _is_plain(only) else None

    def added_up(self, name: str, rolled_up: str, *, into: type[T], **more: object) -> list[T]:
        """What `name` finds, by way of `rolled_up` where days that are added up can tell it."""
        if self._rolled is None:
            return self.all(name, into=into, **more)
        statement = sql("analytics", rolled_up)
        return self._cursor.all(statement, _named_in(statement, self._asked | self._rolled | more), into=into)

    def all(self, name: str, *, into: type[T], **more: object) -> list[T]:
        """What the statement `name` finds of these sessions."""
        statement = sql("analytics", name)
        if self.only.path is not None:
            statement = _CHOICE.sub("chosen", statement)
        return self._cursor.all(statement, _named_in(statement, self._asked | more), into=into)


_CHOICE = re.compile(r"chosen_sessions\([^()]*\)")
_NAME = re.compile(r"\$(\w+)")


def _named_in(statement: str, values: dict[str, object]) -> dict[str, object]:
    """DuckDB wants each parameter that a statement names, and no other."""
    return {name: values[name] for name in _NAME.findall(statement)}


def _asked(during: Range, only: Filters) -> dict[str, object]:
    return {"since": during.since, "until": during.until, **msgspec.structs.asdict(only)}


def _counted(chosen: Chosen, since: int, middle: int) -> tuple[list[Totals], Sequence[Slot]]:
    """Totals before and now, in this order, and the slots that curves are drawn from. Where days begin on half an hour,
    what is added up by hours can't tell, and slots are too many to carry what totals are made of."""
    is_fine = chosen.step % HOUR != 0
    step = middle - since if is_fine else chosen.step
    wide = chosen.added_up("overview.series", "overview.series_rolled", into=_Wide, step=step)
    totals = [_total(wide, middle, is_now=is_now) for is_now in (False, True)]
    return totals, chosen.all("overview.series_fine", into=Slot) if is_fine else wide


_SUMS = (
    "sessions",
    "pageviews",
    "events",
    "rage_clicks",
    "dead_clicks",
    "error_clicks",
    "thrashed_cursors",
    "error_sessions",
    "frustrated_sessions",
)


def _total(slots: Sequence[_Wide], middle: int, *, is_now: bool) -> Totals:
    mine = [slot for slot in slots if (slot.at >= middle) == is_now]
    sums = {name: sum(getattr(slot, name) for slot in mine) for name in _SUMS}
    sessions = sums["sessions"]
    return Totals(
        is_now=is_now,
        avg_session_duration=sum(slot.duration_ms for slot in mine) / 1000 / sessions if sessions else None,
        bounce_rate=100.0 * sum(slot.bounces for slot in mine) / sessions if sessions else None,
        **sums,
    )


def _step(*edges: int) -> int:
    """The longest piece of time that no edge divides. A range that begins in between needs minutes."""
    return next((step for step in STEPS if all(edge % step == 0 for edge in edges)), MINUTE)


def _views_alone(chosen: Chosen, slots: Sequence[Slot]) -> list[Slot]:
    """With a path filter, page views count that path alone."""
    is_alone = chosen.only == Filters(path=chosen.only.path, bots=chosen.only.bots)
    views = chosen.all("overview.path_views_alone" if is_alone else "overview.path_views", into=Slot)
    return [Slot(slot.at, slot.sessions, 0) for slot in slots] + views


def _with_views(total: Totals, slots: Sequence[Slot], middle: int) -> Totals:
    views = sum(slot.pageviews for slot in slots if (slot.at >= middle) == total.is_now)
    return msgspec.structs.replace(total, pageviews=views)


def _series(
    chosen: Chosen, slots: Sequence[Slot], during: Range, edges: Sequence[int], interval: Interval, *, with_users: bool
) -> Series:
    starts = buckets(during, interval)
    sessions, views, users = [0] * len(starts), [0] * len(starts), [0] * len(starts)
    for slot in slots:
        if during.since <= slot.at < during.until:
            place = bisect_right(edges, slot.at) - 1
            sessions[place] += slot.sessions
            views[place] += slot.pageviews
    if with_users:
        span = {"since": during.since, "until": during.until}
        for bucket in chosen.all("overview.user_series", into=_Bucket, starts=edges, **span):
            users[bucket.position] = bucket.users
    return Series(
        _points(starts, interval, sessions),
        _points(starts, interval, views),
        _points(starts, interval, users) if with_users else None,
    )


def _points(starts: Sequence[datetime], interval: Interval, values: Sequence[int]) -> list[Point]:
    return [Point(label(start, interval), value) for start, value in zip(starts, values, strict=True)]


def _pages(chosen: Chosen) -> list[PageFigures]:
    if _is_plain(chosen.only):
        return chosen.added_up("overview.pages", "overview.pages_rolled", into=PageFigures)
    return chosen.all("overview.pages_filtered", into=PageFigures)


def _is_plain(only: Filters) -> bool:
    """No filter but whether bots count."""
    return only == Filters(bots=only.bots)


def _path_alone(path: str, slots: Sequence[Slot], middle: int) -> list[PageFigures]:
    now = [slot for slot in slots if slot.at >= middle]
    views, timed = sum(slot.pageviews for slot in now), sum(slot.timed for slot in now)
    before = sum(slot.pageviews for slot in slots if slot.at < middle)
    avg_time = sum(slot.time_ms for slot in now) / timed / 1000 if timed else None
    return [PageFigures(path, views, avg_time, before)] if views else []


def _shares(chosen: Chosen) -> dict[str, list[Share]]:
    found: dict[str, list[Share]] = {}
    for share in chosen.added_up("overview.dimensions", "overview.dimensions_rolled", into=Share):
        found.setdefault(share.kind, []).append(share)
    return found


def breakdown(
    file: EventFile, during: Range, only: Filters, by: Dimension, search: str | None, page: int, per_page: int
) -> tuple[list[Row], int]:
    """All values of one dimension, a page of them, and how many there are."""
    both = Range(start=during.previous().start, end=during.end, timezone=during.timezone)
    asked = _asked(both, only) | {
        "middle": during.since,
        "search": search,
        "limit": per_page,
        "offset": (page - 1) * per_page,
    }
    if by is Dimension.path and _is_plain(only):
        rows = _paths(file, both, during.since, asked)
    elif by is Dimension.path:
        rows = file.all(sql("analytics", "breakdown.paths_filtered"), asked, into=Row)
    else:
        rows = file.all(sql("analytics", "breakdown.sessions"), asked | {"by": by.value}, into=Row)
    return rows, rows[0].total if rows else 0


def _paths(file: EventFile, both: Range, middle: int, asked: dict[str, object]) -> list[Row]:
    with file.reading() as cursor:
        added_up = rolled.parameters(cursor, both.since, middle, both.until)
        statement = sql("analytics", "breakdown.paths" if added_up is None else "breakdown.paths_rolled")
        return cursor.all(statement, _named_in(statement, asked | (added_up or {})), into=Row)


def row_change(row: Row, by: Dimension) -> float | None:
    return change(row.pageviews if by is Dimension.path else row.sessions, row.before)


def today(file: EventFile, timezone: str, now: int) -> tuple[int, int]:
    """Sessions and events since the project's midnight."""
    where = zone(timezone)
    midnight = instant(datetime.combine(day_of(now, where), time.min), where)
    found = file.one(sql("analytics", "overview.today"), {"since": midnight}, into=_Today)
    return found.sessions, found.events


class _Today(msgspec.Struct):
    sessions: int
    events: int


class _Online(msgspec.Struct):
    visitors: int


def online(file: EventFile, now: int) -> int:
    """Visitors with an event within 5 minutes."""
    asked = {"since": now - ONLINE, "received": now - ONLINE}
    return file.one(sql("analytics", "overview.online"), asked, into=_Online).visitors
