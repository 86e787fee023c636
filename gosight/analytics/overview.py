"""Headline figures of one project over one range, each with its change against the span before."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, time

import msgspec

from gosight.analytics.model import Dimension, Filters, Interval, Range, buckets, change, instant, label
from gosight.analytics.model import today as day_of
from gosight.events import EventFile
from gosight.kit.clock import MINUTE
from gosight.kit.zones import zone
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

ONLINE = 5 * MINUTE


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
    """A short piece of time, `at` its first microsecond."""

    at: int
    sessions: int = 0
    pageviews: int = 0


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
    with file.reading() as cursor:
        asked = _asked(both, only)
        spans = {"middle": during.since}
        totals = _totals(cursor, asked | spans)
        users = cursor.one(sql("analytics", "overview.users"), asked | spans, into=Users)
        slots = _slots(cursor, asked | {"step": _step(before, during)}, only)
        if only.path is not None:
            totals = [_with_views(total, slots, during.since) for total in totals]
        return Figures(
            now=totals[1],
            before=totals[0],
            users=users,
            series=_series(cursor, slots, during, only, interval, with_users=with_users),
            series_before=_series(cursor, slots, before, only, interval, with_users=with_users),
            pages=_pages(cursor, asked | spans, only),
            shares=_shares(cursor, asked | spans),
        )


def _asked(during: Range, only: Filters) -> dict[str, object]:
    return {"since": during.since, "until": during.until, **msgspec.structs.asdict(only)}


def _totals(cursor: Cursor, asked: dict[str, object]) -> list[Totals]:
    """Before and now, in this order, also where a span is empty."""
    found = {total.is_now: total for total in cursor.all(sql("analytics", "overview.totals"), asked, into=Totals)}
    return [found.get(is_now, Totals(is_now=is_now)) for is_now in (False, True)]


def _step(*spans: Range) -> int:
    """Quarters of an hour fit into the days and hours of every zone; a range that begins in between needs minutes."""
    aligned = all(edge % (15 * MINUTE) == 0 for span in spans for edge in (span.since, span.until))
    return 15 * MINUTE if aligned else MINUTE


def _slots(cursor: Cursor, asked: dict[str, object], only: Filters) -> list[Slot]:
    slots = cursor.all(sql("analytics", "overview.series"), asked, into=Slot)
    if only.path is None:
        return slots
    views = cursor.all(sql("analytics", "overview.path_views"), asked, into=Slot)
    return [Slot(slot.at, slot.sessions, 0) for slot in slots] + views


def _with_views(total: Totals, slots: Sequence[Slot], middle: int) -> Totals:
    """With a path filter, page views count that path alone."""
    views = sum(slot.pageviews for slot in slots if (slot.at >= middle) == total.is_now)
    return msgspec.structs.replace(total, pageviews=views)


def _series(
    cursor: Cursor, slots: Sequence[Slot], during: Range, only: Filters, interval: Interval, *, with_users: bool
) -> Series:
    starts = buckets(during, interval)
    edges = [instant(start, during.zone) for start in starts]
    sessions, views, users = [0] * len(starts), [0] * len(starts), [0] * len(starts)
    for slot in slots:
        if during.since <= slot.at < during.until:
            place = bisect_right(edges, slot.at) - 1
            sessions[place] += slot.sessions
            views[place] += slot.pageviews
    if with_users:
        asked = _asked(during, only) | {"starts": edges}
        for position, count in cursor.rows(sql("analytics", "overview.user_series"), asked):
            users[position] = count
    return Series(
        _points(starts, interval, sessions),
        _points(starts, interval, views),
        _points(starts, interval, users) if with_users else None,
    )


def _points(starts: Sequence[datetime], interval: Interval, values: Sequence[int]) -> list[Point]:
    return [Point(label(start, interval), value) for start, value in zip(starts, values, strict=True)]


def _pages(cursor: Cursor, asked: dict[str, object], only: Filters) -> list[PageFigures]:
    if only == Filters(bots=only.bots):
        short = {name: asked[name] for name in ("since", "until", "middle", "bots")}
        return cursor.all(sql("analytics", "overview.pages"), short, into=PageFigures)
    return cursor.all(sql("analytics", "overview.pages_filtered"), asked, into=PageFigures)


def _shares(cursor: Cursor, asked: dict[str, object]) -> dict[str, list[Share]]:
    found: dict[str, list[Share]] = {}
    for share in cursor.all(sql("analytics", "overview.dimensions"), asked, into=Share):
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
    if by is Dimension.path and only == Filters(bots=only.bots):
        names = ("since", "until", "middle", "bots", "search", "limit", "offset")
        rows = file.all(sql("analytics", "breakdown.paths"), {name: asked[name] for name in names}, into=Row)
    elif by is Dimension.path:
        rows = file.all(sql("analytics", "breakdown.paths_filtered"), asked, into=Row)
    else:
        rows = file.all(sql("analytics", "breakdown.sessions"), asked | {"by": by.value}, into=Row)
    return rows, rows[0].total if rows else 0


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
