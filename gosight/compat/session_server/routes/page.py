"""What the dashboard's page of timed sessions reads: parse, call, reply."""

from typing import Literal

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from gosight.compat.session_server import listing, said, statistics
from gosight.compat.session_server.calendar import local
from gosight.compat.session_server.listing import Figures
from gosight.compat.session_server.model import ALL, TimedSession, TimedState
from gosight.control import Access, Control
from gosight.kit.access import Permission, needs
from gosight.kit.clock import Clock, iso_of
from gosight.kit.wire.envelopes import ListReply, Reply, meta
from gosight.kit.wire.paging import PAGING, Page
from gosight.kit.zones import zone

PROJECT = "/api/v1/projects/{project:str}"


class TimedDay(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions that began on a day, and active time that was spent on it, without pauses."""

    date: str
    sessions: int
    active_ms: int


class TimedHour(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions that began in an hour of a weekday; 0 is Monday."""

    weekday: int
    hour: int
    sessions: int


class TimedTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Active time, without pauses. The average, longest and shortest are of sessions that are over; null where
    none is."""

    sessions: int
    going_on: int
    active_days: int
    active_ms: int
    average_active_ms: int | None
    longest_active_ms: int | None
    shortest_active_ms: int | None


class TimedFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Of the sessions that began in a year of the project's time zone. Days and hours without any are left out.
    `years`: from the first session to now; empty where the project never had one."""

    year: int
    years: list[int]
    totals: TimedTotals
    most_active_day: str | None
    most_active_hour: int | None
    days: list[TimedDay]
    hours: list[TimedHour]


class TimedSessionItem(msgspec.Struct, frozen=True, kw_only=True):
    """`duration_ms` from start to end, pauses and all; null while it goes on. `closed_by` is `timeout` where nobody
    ended it. `user_id` and `visitor_id` are null for a viewer."""

    id: str
    user_id: str | None
    visitor_id: str | None
    state: TimedState
    started_at: str
    last_step_at: str
    ended_at: str | None
    duration_ms: int | None
    active_ms: int
    step_count: int
    closed_by: Literal["timeout"] | None


@get(f"{PROJECT}/timed-sessions/figures", sync_to_thread=True)
def show_timed_figures(
    access: NamedDependency[Access],
    control: NamedDependency[Control],
    clock: NamedDependency[Clock],
    year: FromQuery[int | None] = None,
    user_id: FromQuery[str | None] = None,
) -> Reply[TimedFigures]:
    """A year of timed sessions: sums, days, and hours of the week; this year where none is given. `user_id` chooses one
    user's."""
    where, now = zone(access.project.settings.timezone), clock()
    within = listing.span(year, None, where, now)
    what = statistics.asked(access.project, _user(access, user_id), within)
    found = listing.figures(control.file, what, now)
    return Reply(data=_figures(found, local(within[0], where).year))


@get(f"{PROJECT}/timed-sessions", dependencies=PAGING, sync_to_thread=True)
def list_timed_sessions(
    access: NamedDependency[Access],
    control: NamedDependency[Control],
    clock: NamedDependency[Clock],
    paging: NamedDependency[Page],
    year: FromQuery[int | None] = None,
    date: FromQuery[str | None] = None,
    user_id: FromQuery[str | None] = None,
    status: FromQuery[TimedState | None] = None,
) -> ListReply[TimedSessionItem]:
    """Timed sessions that began on `date`, else in `year`, else this year, the latest first."""
    within = listing.span(year, date, zone(access.project.settings.timezone), clock())
    what = statistics.asked(access.project, _user(access, user_id), within)
    rows, total = listing.sessions(control.file, what, status, paging)
    personal = access.grant.may(Permission.personal_read)
    return ListReply(
        data=[_item(row, personal=personal) for row in rows], meta=meta(paging.page, paging.per_page, total)
    )


def _user(access: Access, user_id: str | None) -> str:
    """Whom it is about; what single users do is personal."""
    if not user_id:
        return ALL
    access.grant.need(Permission.personal_read)
    return said.somebody(user_id, "user_id")


def _figures(found: Figures, year: int) -> TimedFigures:
    totals, peak = found.totals, statistics.peak(found.begun)
    over = totals.ended > 0
    days = sorted(found.begun.days.keys() | found.time.keys())
    return TimedFigures(
        year=year,
        years=found.years,
        totals=TimedTotals(
            sessions=totals.sessions,
            going_on=totals.going_on,
            active_days=len(found.begun.days),
            active_ms=totals.active_us // 1_000,
            average_active_ms=totals.average_us // 1_000 if over else None,
            longest_active_ms=totals.longest_us // 1_000 if over else None,
            shortest_active_ms=totals.shortest_us // 1_000 if over else None,
        ),
        most_active_day=peak.day,
        most_active_hour=peak.hour,
        days=[
            TimedDay(
                date=day.isoformat(),
                sessions=found.begun.days.get(day, 0),
                active_ms=found.time.get(day, 0) // 1_000,
            )
            for day in days
        ],
        hours=[
            TimedHour(weekday=weekday, hour=hour, sessions=count)
            for (weekday, hour), count in found.begun.hours.items()
        ],
    )


def _item(row: TimedSession, *, personal: bool) -> TimedSessionItem:
    over = row.duration_us
    return TimedSessionItem(
        id=row.id,
        user_id=row.user if personal else None,
        visitor_id=f"user:{row.user}" if personal else None,
        state=row.state,
        started_at=iso_of(row.started_at),
        last_step_at=iso_of(row.last_step_at),
        ended_at=None if row.ended_at is None else iso_of(row.ended_at),
        duration_ms=None if over is None else over // 1_000,
        active_ms=row.active_us // 1_000,
        step_count=row.steps,
        closed_by=row.closed_by,
    )


ROUTES = [
    Router(
        "/",
        route_handlers=[show_timed_figures, list_timed_sessions],
        opt=needs(Permission.analytics_read),
        tags=["Timed sessions"],
    )
]
