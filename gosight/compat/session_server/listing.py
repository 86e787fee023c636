"""What the dashboard's page shows: a year, its figures, and its sessions page by page, the latest first."""

from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from gosight.compat.session_server import statistics
from gosight.compat.session_server.calendar import ONE_DAY, local, midnight
from gosight.compat.session_server.mirror import HERE
from gosight.compat.session_server.model import TimedSession, TimedState
from gosight.compat.session_server.statistics import Asked, Beginnings, Totals
from gosight.kit.errors import field_error
from gosight.kit.wire.paging import Page
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile

YEARS = (1970, 9998)


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """`time` in microseconds by day."""

    totals: Totals
    begun: Beginnings
    time: dict[date, int]
    years: list[int]


class _Ever(msgspec.Struct, frozen=True):
    first_at: int | None
    last_at: int | None


class _Count(msgspec.Struct, frozen=True):
    total: int


def span(year: int | None, day: str | None, zone: ZoneInfo, now: int) -> tuple[int, int]:
    """From midnight to midnight of a day, else of a year, else of this year."""
    if day is not None:
        try:
            chosen = date.fromisoformat(day)
            if len(day) != 10 or not YEARS[0] <= chosen.year <= YEARS[1]:
                raise ValueError
        except ValueError:
            raise field_error("date", "a date such as 2026-01-31", day) from None
        return midnight(chosen, zone), midnight(chosen + ONE_DAY, zone)
    of = local(now, zone).year if year is None else year
    if not YEARS[0] <= of <= YEARS[1]:
        raise field_error("year", f"a year from {YEARS[0]} to {YEARS[1]}", year)
    return midnight(date(of, 1, 1), zone), midnight(date(of + 1, 1, 1), zone)


def figures(file: ControlFile, what: Asked, now: int) -> Figures:
    """Time is that of sessions that began in the span, also where it was spent after its end."""
    ever = file.first(sql(HERE, "list.ever"), {"project": what.project}, into=_Ever)
    this_year = local(now, what.zone).year
    years: list[int] = []
    if ever is not None and ever.first_at is not None and ever.last_at is not None:
        last = max(this_year, local(ever.last_at, what.zone).year)
        years = list(range(local(ever.first_at, what.zone).year, last + 1))
    return Figures(
        totals=statistics.totals(file, what),
        begun=statistics.beginnings(file, what),
        time=statistics.time_by_day(file, what),
        years=years,
    )


def sessions(file: ControlFile, what: Asked, state: TimedState | None, paging: Page) -> tuple[list[TimedSession], int]:
    """One page, and how many there are."""
    params = what.params() | {"state": state}
    counted = file.first(sql(HERE, "list.count"), params, into=_Count)
    page = {"per_page": paging.per_page, "skip": (paging.page - 1) * paging.per_page}
    rows = file.all(sql(HERE, "list.sessions"), params | page, into=TimedSession)
    return rows, counted.total if counted is not None else 0
