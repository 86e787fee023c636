"""Time as a parameter. Moments inside the process are integers: microseconds since 1970 in UTC."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

Clock = Callable[[], int]
"""Answers the present moment in microseconds."""


def system_clock() -> int:
    """The machine's clock, in microseconds, cut to whole milliseconds as browsers give them."""
    return time.time_ns() // 1_000_000 * 1_000


def to_datetime(moment: int) -> datetime:
    """An aware UTC datetime for microseconds."""
    return EPOCH + timedelta(microseconds=moment)


def from_datetime(when: datetime) -> int:
    """Microseconds of a datetime; a naive one is taken as UTC, as the database gives it."""
    aware = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    return (aware - EPOCH) // timedelta(microseconds=1)


def iso(when: datetime) -> str:
    """`2026-01-20T10:30:15Z`, with milliseconds only where there are some."""
    aware = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    text = aware.isoformat()[:19]
    return f"{text}.{aware.microsecond // 1000:03d}Z" if aware.microsecond >= 1000 else f"{text}Z"


def iso_of(moment: int) -> str:
    """`iso` of microseconds."""
    return iso(to_datetime(moment))


def iso_millis(moment: int) -> str:
    """`2026-01-20T10:30:15.000Z`, as contract 2 writes times, of microseconds."""
    return to_datetime(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")
