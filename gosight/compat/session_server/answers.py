"""Contract 3's answers, field by field. Times are ISO 8601 in UTC with milliseconds, durations `HH:MM:SS`."""

from datetime import date
from typing import Any, Generic, Literal, TypeVar

import msgspec

from gosight.compat.session_server.model import TimedSession, TimedState, TimedStep, clock_face, iso_ms
from gosight.compat.session_server.statistics import Beginnings, PageTime, Peak, Taken, Totals

T = TypeVar("T")


class Success(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """What was done."""

    status: Literal["success"] = "success"
    message: str
    data: T


class Answer(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """What was asked for."""

    status: Literal["success"] = "success"
    data: T


class Healthy(msgspec.Struct, frozen=True, kw_only=True):
    status: Literal["success"] = "success"
    message: str


class Running(msgspec.Struct, frozen=True, kw_only=True):
    status: Literal["success"] = "success"
    message: str
    timestamp: str


class TokenUser(msgspec.Struct, frozen=True, kw_only=True):
    user: str
    app: str
    token_info: dict[str, Any]


class Started(msgspec.Struct, frozen=True, kw_only=True):
    session_id: str
    user: str
    start_time: str
    status: TimedState


class Paused(msgspec.Struct, frozen=True, kw_only=True):
    session_id: str
    status: TimedState
    pause_time: str


class Resumed(msgspec.Struct, frozen=True, kw_only=True):
    session_id: str
    status: TimedState
    resume_time: str


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """`total_duration` from start to end; `active_duration` without the pauses."""

    session_id: str
    status: TimedState
    end_time: str
    total_duration: str
    active_duration: str


class TimedRange(msgspec.Struct, frozen=True, kw_only=True):
    start_date: str | None
    end_date: str | None


class TimedHeatmapData(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions by the day, and by the weekday ("0": Monday) and hour, in which they began, in the project's time zone.
    Days and hours without one are left out."""

    daily_sessions: dict[str, int]
    weekly_hourly: dict[str, dict[str, int]]
    total_sessions: int
    total_days_with_activity: int
    date_range: TimedRange


class TimedHeatmap(msgspec.Struct, frozen=True, kw_only=True):
    heatmap_data: TimedHeatmapData


class MostActive(msgspec.Struct, frozen=True, kw_only=True):
    """The weekday and the hour of the day in which most sessions began, and how many began on that weekday."""

    most_active_day: str | None
    most_active_hour: int | None
    peak_sessions: int


class TimedStats(msgspec.Struct, frozen=True, kw_only=True):
    """Time without pauses. The average is over sessions that are over."""

    total_sessions: int
    average_session_duration: str
    total_time_spent: str
    active_days: int


class TimedSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Time without pauses. The average, the longest and the shortest are of sessions that are over."""

    total_sessions: int
    total_duration: str
    average_duration: str
    longest_session: str
    shortest_session: str


class TimedItem(msgspec.Struct, frozen=True, kw_only=True):
    """`duration` from start to end, `active_duration` without pauses; both null while it goes on. `closed_by` is
    `timeout` where nobody ended it."""

    session_id: str
    start_time: str
    end_time: str | None
    duration: str | None
    active_duration: str | None
    status: TimedState
    closed_by: Literal["timeout"] | None


class TimedTimeline(msgspec.Struct, frozen=True, kw_only=True):
    timeline: list[TimedItem]


class TimedEvent(msgspec.Struct, frozen=True, kw_only=True):
    type: TimedStep
    timestamp: str


class TimedDetail(msgspec.Struct, frozen=True, kw_only=True):
    session_id: str
    status: TimedState
    closed_by: Literal["timeout"] | None
    events: list[TimedEvent]


class DetailedTimeline(msgspec.Struct, frozen=True, kw_only=True):
    detailed_timeline: list[TimedDetail]


class DailyTime(msgspec.Struct, frozen=True, kw_only=True):
    daily_time: dict[str, str]


class PageTimes(msgspec.Struct, frozen=True, kw_only=True):
    page_time: dict[str, str]


class TimedPageFigures(msgspec.Struct, frozen=True, kw_only=True):
    visits: int
    total_time: str
    average_time: str


class TimedPageStats(msgspec.Struct, frozen=True, kw_only=True):
    page_stats: dict[str, TimedPageFigures]


class TimedVisit(msgspec.Struct, frozen=True, kw_only=True):
    page: str
    time_spent: int | float
    timestamp: str


def started(session: TimedSession) -> Success[Started]:
    data = Started(
        session_id=session.id, user=session.user, start_time=iso_ms(session.started_at), status=session.state
    )
    return Success(message="Session started successfully", data=data)


def paused(session: TimedSession) -> Success[Paused]:
    data = Paused(session_id=session.id, status=session.state, pause_time=iso_ms(session.last_step_at))
    return Success(message="Session paused successfully", data=data)


def resumed(session: TimedSession) -> Success[Resumed]:
    data = Resumed(session_id=session.id, status=session.state, resume_time=iso_ms(session.last_step_at))
    return Success(message="Session resumed successfully", data=data)


def ended(session: TimedSession) -> Success[Ended]:
    data = Ended(
        session_id=session.id,
        status=session.state,
        end_time=iso_ms(session.last_step_at),
        total_duration=clock_face(session.duration_us or 0),
        active_duration=clock_face(session.active_us),
    )
    return Success(message="Session ended successfully", data=data)


def heatmap(begun: Beginnings) -> TimedHeatmap:
    hourly: dict[str, dict[str, int]] = {}
    for (weekday, hour), count in begun.hours.items():
        hourly.setdefault(str(weekday), {})[str(hour)] = count
    days = [day.isoformat() for day in begun.days]
    return TimedHeatmap(
        heatmap_data=TimedHeatmapData(
            daily_sessions=dict(zip(days, begun.days.values(), strict=True)),
            weekly_hourly=hourly,
            total_sessions=sum(begun.days.values()),
            total_days_with_activity=len(days),
            date_range=TimedRange(start_date=days[0] if days else None, end_date=days[-1] if days else None),
        )
    )


def most_active(peak: Peak) -> Answer[MostActive]:
    return Answer(data=MostActive(most_active_day=peak.day, most_active_hour=peak.hour, peak_sessions=peak.sessions))


def stats(totals: Totals, begun: Beginnings) -> Answer[TimedStats]:
    return Answer(
        data=TimedStats(
            total_sessions=totals.sessions,
            average_session_duration=clock_face(totals.average_us),
            total_time_spent=clock_face(totals.active_us),
            active_days=len(begun.days),
        )
    )


def summary(totals: Totals) -> Answer[TimedSummary]:
    return Answer(
        data=TimedSummary(
            total_sessions=totals.sessions,
            total_duration=clock_face(totals.active_us),
            average_duration=clock_face(totals.average_us),
            longest_session=clock_face(totals.longest_us),
            shortest_session=clock_face(totals.shortest_us),
        )
    )


def timeline(sessions: list[TimedSession]) -> Answer[TimedTimeline]:
    return Answer(data=TimedTimeline(timeline=[_timeline_item(session) for session in sessions]))


def _timeline_item(session: TimedSession) -> TimedItem:
    over = session.duration_us
    return TimedItem(
        session_id=session.id,
        start_time=iso_ms(session.started_at),
        end_time=None if session.ended_at is None else iso_ms(session.ended_at),
        duration=None if over is None else clock_face(over),
        active_duration=None if over is None else clock_face(session.active_us),
        status=session.state,
        closed_by=session.closed_by,
    )


def detailed(sessions: list[tuple[TimedSession, list[Taken]]]) -> Answer[DetailedTimeline]:
    return Answer(
        data=DetailedTimeline(
            detailed_timeline=[
                TimedDetail(
                    session_id=session.id,
                    status=session.state,
                    closed_by=session.closed_by,
                    events=[TimedEvent(type=one.step, timestamp=iso_ms(one.told_at)) for one in taken],
                )
                for session, taken in sessions
            ]
        )
    )


def daily_time(days: dict[date, int]) -> Answer[DailyTime]:
    return Answer(data=DailyTime(daily_time={day.isoformat(): clock_face(spent) for day, spent in days.items()}))


def page_times(pages: list[PageTime]) -> Answer[PageTimes]:
    return Answer(data=PageTimes(page_time={one.page: clock_face(one.spent_us) for one in pages}))


def page_stats(pages: list[PageTime]) -> Answer[TimedPageStats]:
    return Answer(data=TimedPageStats(page_stats={one.page: _page_figures(one) for one in pages}))


def _page_figures(one: PageTime) -> TimedPageFigures:
    return TimedPageFigures(
        visits=one.visits, total_time=clock_face(one.spent_us), average_time=clock_face(one.spent_us // one.visits)
    )
