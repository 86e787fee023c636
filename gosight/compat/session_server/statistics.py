"""Figures of timed sessions: of one user or of all, over all time or over a span of it.

A session counts on the day and in the hour in which it began. Time counts where it was spent, without pauses, once its
stretch is over: at a pause or the end. Averages are over sessions that are over. Days and hours are the project's.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from gosight.compat.session_server.calendar import WEEKDAYS, Spread, local
from gosight.compat.session_server.mirror import HERE
from gosight.compat.session_server.model import ALL, TimedSession, TimedState, TimedStep
from gosight.control import Project
from gosight.kit.zones import zone
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile

EVER = (-(2**62), 2**62)
MOST = 5_000
"""Sessions in a timeline: the latest, some 1 MB."""
MOST_STEPS = 20_000
"""Steps in a detailed one."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which sessions: of one user (None: all), begun within a span of microseconds."""

    project: int
    zone: ZoneInfo
    user: str | None
    span: tuple[int, int] = EVER

    def params(self) -> dict[str, object]:
        return {"project": self.project, "user": self.user, "from": self.span[0], "to": self.span[1]}


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Microseconds; `longest_us`, `shortest_us` and the average are of sessions that are over, 0 where none is."""

    sessions: int
    going_on: int
    ended: int
    active_us: int
    ended_us: int
    longest_us: int
    shortest_us: int

    @property
    def average_us(self) -> int:
        return self.ended_us // self.ended if self.ended else 0


class Beginnings(msgspec.Struct, frozen=True, kw_only=True):
    """How many sessions began on which day, and in which hour of which weekday (0: Monday)."""

    days: dict[date, int]
    hours: dict[tuple[int, int], int]


class Peak(msgspec.Struct, frozen=True, kw_only=True):
    """The weekday and the hour in which most sessions began, each for itself; `sessions` of that weekday."""

    day: str | None
    hour: int | None
    sessions: int


class PageTime(msgspec.Struct, frozen=True, kw_only=True):
    page: str
    visits: int
    spent_us: int


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was taken, of the session with this number."""

    number: int
    step: TimedStep
    told_at: int


class _Begun(msgspec.Struct, frozen=True):
    number: int
    started_at: int
    state: TimedState
    active_us: int


class _Stretch(msgspec.Struct, frozen=True):
    number: int
    began: int
    until: int


def asked(project: Project, user: str, span: tuple[int, int] = EVER) -> Asked:
    """`user` "all": everybody's."""
    named = None if user == ALL else user
    return Asked(project=project.number, zone=zone(project.settings.timezone), user=named, span=span)


def totals(file: ControlFile, what: Asked) -> Totals:
    found = file.first(sql(HERE, "figures.totals"), what.params(), into=Totals)
    assert found is not None
    return found


def beginnings(file: ControlFile, what: Asked) -> Beginnings:
    days: Counter[date] = Counter()
    hours: Counter[tuple[int, int]] = Counter()
    for session in _begun(file, what):
        began = local(session.started_at, what.zone)
        days[began.date()] += 1
        hours[began.weekday(), began.hour] += 1
    return Beginnings(days=dict(sorted(days.items())), hours=dict(sorted(hours.items())))


def peak(begun: Beginnings) -> Peak:
    """The earliest where several have as many."""
    weekdays: Counter[int] = Counter()
    hours: Counter[int] = Counter()
    for (weekday, hour), count in begun.hours.items():
        weekdays[weekday] += count
        hours[hour] += count
    if not weekdays:
        return Peak(day=None, hour=None, sessions=0)
    day = min(weekdays, key=lambda weekday: (-weekdays[weekday], weekday))
    return Peak(day=WEEKDAYS[day], hour=min(hours, key=lambda hour: (-hours[hour], hour)), sessions=weekdays[day])


def time_by_day(file: ControlFile, what: Asked) -> dict[date, int]:
    """Microseconds; what lies on both sides of a midnight is split there."""
    spread = Spread(what.zone)
    for stretch in _stretches(file, what):
        spread.add(stretch.began, stretch.until)
    return spread.by_day()


def pages(file: ControlFile, what: Asked) -> list[PageTime]:
    """Over all time: the thousand on which most of it was spent."""
    params = {"project": what.project, "user": what.user}
    return file.all(sql(HERE, "figures.pages"), params, into=PageTime)


def timeline(file: ControlFile, what: Asked) -> list[TimedSession]:
    """The latest MOST, in the order in which they began."""
    params = {"project": what.project, "user": what.user, "most": MOST}
    return file.all(sql(HERE, "timeline.sessions"), params, into=TimedSession)


def detailed(file: ControlFile, what: Asked) -> list[tuple[TimedSession, list[Taken]]]:
    """Of the timeline the latest sessions that have MOST_STEPS together, with what was told of each."""
    chosen: list[TimedSession] = []
    left = MOST_STEPS
    for session in reversed(timeline(file, what)):
        left -= session.steps
        if left < 0:
            break
        chosen.append(session)
    taken = _steps(file, chosen)
    return [(session, taken[session.number]) for session in reversed(chosen)]


def _steps(file: ControlFile, sessions: list[TimedSession]) -> dict[int, list[Taken]]:
    found: dict[int, list[Taken]] = {session.number: [] for session in sessions}
    for taken in file.all(sql(HERE, "timeline.steps"), {"sessions": list(found)}, into=Taken):
        found[taken.number].append(taken)
    return found


def _begun(file: ControlFile, what: Asked) -> Iterator[_Begun]:
    after = 0
    while rows := file.all(sql(HERE, "figures.sessions"), what.params() | {"after": after}, into=_Begun):
        after = rows[-1].number
        yield from rows


def _stretches(file: ControlFile, what: Asked) -> Iterator[_Stretch]:
    """A stretch that is not over counts from its beginning to its beginning: nothing."""
    after = 0
    while rows := file.all(sql(HERE, "figures.stretches"), what.params() | {"after": after}, into=_Stretch):
        after = rows[-1].number
        yield from rows
