"""What analytics speaks: ranges and filters in, figures out."""

import re
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from gosight.kit.clock import from_datetime, to_datetime
from gosight.kit.errors import BadRequest, field_error
from gosight.kit.zones import zone

DEFAULT_DAYS = 7
MAX_DAYS = 3_700
"""Ten years: more days than that are a mistake."""


class Interval(StrEnum):
    hour = "hour"
    day = "day"
    week = "week"
    month = "month"


class Sort(StrEnum):
    started_at = "started_at"
    duration = "duration"
    events = "events"


class Order(StrEnum):
    asc = "asc"
    desc = "desc"


class Dimension(StrEnum):
    """By what a breakdown breaks down; the value names a column of sessions, but for `path` and `referrer`."""

    path = "path"
    referrer = "referrer"
    country = "country"
    browser = "browser"
    os = "os"
    device_type = "device_type"
    utm_source = "utm_source"
    utm_medium = "utm_medium"
    utm_campaign = "utm_campaign"
    user_id = "user_id"
    entry_path = "entry_path"
    exit_path = "exit_path"


class InsightKind(StrEnum):
    """Which signals a list of insights shows; the values are those of `SignalType`."""

    rage_click = "rage_click"
    dead_click = "dead_click"
    error_click = "error_click"
    thrashed_cursor = "thrashed_cursor"


class ErrorStatus(StrEnum):
    open = "open"
    resolved = "resolved"
    ignored = "ignored"


class ErrorSort(StrEnum):
    """`sessions`: in how many sessions it occurred."""

    last_seen = "last_seen"
    first_seen = "first_seen"
    times = "count"
    sessions = "sessions"


class HeatmapKind(StrEnum):
    """What of a page a heatmap shows."""

    click = "click"
    scroll = "scroll"
    move = "move"
    attention = "attention"


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """A span of time in one zone, `start` <= t < `end`, both naive local times of that zone."""

    start: datetime
    end: datetime
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise BadRequest("start_date: must not be after end_date", details={"field": "start_date"})

    @property
    def zone(self) -> ZoneInfo:
        return zone(self.timezone)

    @property
    def since(self) -> int:
        """Microseconds, UTC."""
        return instant(self.start, self.zone)

    @property
    def until(self) -> int:
        """Microseconds, UTC; the first that is no longer in the range."""
        return instant(self.end, self.zone)

    @property
    def first_day(self) -> date:
        return self.start.date()

    @property
    def last_day(self) -> date:
        return (self.end - timedelta(microseconds=1)).date()

    def previous(self) -> "Range":
        """The span of the same length just before, by the calendar: days stay days over a change of clocks."""
        return Range(start=self.start - (self.end - self.start), end=self.start, timezone=self.timezone)


def instant(local: datetime, where: ZoneInfo) -> int:
    """Microseconds of a local time. One that a change of clocks skips is the moment of the change."""
    return from_datetime(local.replace(tzinfo=where))


def today(now: int, where: ZoneInfo) -> date:
    return to_datetime(now).astimezone(where).date()


def read_range(start_date: str | None, end_date: str | None, timezone: str | None, now: int) -> Range:
    """The range that a request asks for: whole days, inclusive, or local times; 7 days up to today by default."""
    name = timezone or "UTC"
    try:
        where = zone(name)
    except ValueError as error:
        raise BadRequest(f"timezone: {error}, got {name[:60]!r}", details={"field": "timezone"}) from None
    end = _moment("end_date", end_date, is_end=True) if end_date else _midnight(today(now, where) + timedelta(days=1))
    start = (
        _moment("start_date", start_date, is_end=False)
        if start_date
        else _midnight((end - timedelta(microseconds=1)).date() - timedelta(days=DEFAULT_DAYS - 1))
    )
    if end - start > timedelta(days=MAX_DAYS):
        raise BadRequest(f"start_date: a range has at most {MAX_DAYS} days", details={"field": "start_date"})
    return Range(start=start, end=end, timezone=name)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?")


def _moment(field: str, text: str, *, is_end: bool) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        is_day = len(text) == 10
        if not _LOCAL.fullmatch(text) or not 1970 <= found.year <= 9990:
            raise ValueError
    except ValueError:
        raise field_error(field, "a date such as 2026-01-31 (or a local time such as 2026-01-31T14:00)", text) from None
    return found + timedelta(days=1) if is_day and is_end else found.replace(second=0, microsecond=0)


def buckets(during: Range, interval: Interval) -> list[datetime]:
    """Local starts of all buckets of a range, the first at or before its start."""
    at = _floor(during.start, interval)
    found: list[datetime] = []
    while at < during.end:
        found.append(at)
        at = _next(at, interval)
    if len(found) > MAX_DAYS:
        text = f"interval: too many points ({len(found)}) for this range; take a longer interval"
        raise BadRequest(text, details={"field": "interval"})
    return found


def _floor(at: datetime, interval: Interval) -> datetime:
    if interval is Interval.hour:
        return at.replace(minute=0, second=0, microsecond=0)
    day = datetime.combine(at.date(), time.min)
    if interval is Interval.week:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if interval is Interval.month else day


def _next(at: datetime, interval: Interval) -> datetime:
    if interval is Interval.hour:
        return at + timedelta(hours=1)
    if interval is Interval.month:
        return (at + timedelta(days=32)).replace(day=1)
    return at + timedelta(days=7 if interval is Interval.week else 1)


def label(at: datetime, interval: Interval) -> str:
    """`2024-01-13`, or `2024-01-13T05:00` for hours."""
    return at.strftime("%Y-%m-%dT%H:00") if interval is Interval.hour else at.strftime("%Y-%m-%d")


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What sessions to look at. None does not filter. `referrer` is a session's source or its whole referrer."""

    path: str | None = None
    referrer: str | None = None
    country: str | None = None
    browser: str | None = None
    os: str | None = None
    device_type: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    user_id: str | None = None
    bots: bool = False


def change(now: float | None, before: float | None) -> float | None:
    """Percent against the same span before; None where that was 0 or nothing."""
    if not before or now is None:
        return None
    return 100 * (now - before) / before
