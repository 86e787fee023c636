"""HTTP face of timed sessions (contract 3): parse, call, reply. Every endpoint is a POST whose body names the app."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Router, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody
from msgspec import Meta

from gosight.compat.session_server import answers, entry, said, statistics
from gosight.compat.session_server.answers import (
    Answer,
    DailyTime,
    DetailedTimeline,
    Ended,
    Healthy,
    MostActive,
    PageTimes,
    Paused,
    Resumed,
    Running,
    Started,
    Success,
    TimedHeatmap,
    TimedPageStats,
    TimedStats,
    TimedSummary,
    TimedTimeline,
    TimedVisit,
    TokenUser,
)
from gosight.compat.session_server.entry import Pass
from gosight.compat.session_server.model import TimedStep, iso_ms, moment
from gosight.compat.session_server.sessions import TimedSessions
from gosight.compat.session_server.statistics import Asked
from gosight.control import Client, Control
from gosight.kit.access import BY_TOKEN_OF_BODY, PUBLIC
from gosight.kit.clock import Clock
from gosight.kit.wire import rate

Asking = Request[Any, Any, Any]
App = Annotated[str, Meta(description="Id or slug of the project")]
User = Annotated[str, Meta(description='Who it is about; "all" in statistics')]
When = Annotated[str, Meta(description="ISO 8601 with an offset; it may lie in the past, and is the time that counts")]


class TimedAppWish(msgspec.Struct, frozen=True, kw_only=True):
    app: App


class TimedFiguresWish(msgspec.Struct, frozen=True, kw_only=True):
    app: App
    user: User


class TimedStartWish(msgspec.Struct, frozen=True, kw_only=True):
    app: App
    user: User
    time: When
    status: Literal["active"] = "active"


class TimedStepWish(msgspec.Struct, frozen=True, kw_only=True):
    app: App
    user: User
    session_id: str
    time: When


class TimedVisitWish(msgspec.Struct, frozen=True, kw_only=True):
    """`timespent` in seconds."""

    app: App
    user: User
    page: str
    timespent: int | float


def _credentials_first(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """401 comes before 422: a body is nobody's business who brings no credentials."""
    entry.need_credentials(connection.state.product.control, connection.headers, _peer(connection))


def _peer(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    return connection.client.host if connection.client else ""


def _pass(request: Asking, control: Control, app: str) -> Pass:
    return entry.of(control, request.headers, _peer(request), app)


@post("/api/auth/validate-token", status_code=200, sync_to_thread=True)
def validate_token(
    data: JSONBody[TimedAppWish], request: Asking, control: NamedDependency[Control]
) -> Success[TokenUser]:
    """Whose token this is. One that is not valid in this app is answered with 401."""
    holder = _pass(request, control, data.app)
    user = TokenUser(user=holder.subject, app=data.app, token_info=holder.claims)
    return Success(message="Token is valid", data=user)


@post("/api/auth/token-info", status_code=200, sync_to_thread=True)
def show_token(
    data: JSONBody[TimedAppWish], request: Asking, control: NamedDependency[Control]
) -> Success[dict[str, Any]]:
    """What the token says: `sub`, `exp` (seconds since 1970; null for a key), `app` and whatever else it claims."""
    return Success(message="Token information retrieved", data=_pass(request, control, data.app).claims)


@post("/api/sessions/start", status_code=200, sync_to_thread=True)
def start_session(
    data: JSONBody[TimedStartWish],
    request: Asking,
    control: NamedDependency[Control],
    timed: NamedDependency[TimedSessions],
    clock: NamedDependency[Clock],
) -> Success[Started]:
    """Start a session of a user. Each call starts another one."""
    holder = _pass(request, control, data.app)
    user = said.somebody(data.user)
    holder.need_to_write_for(user)
    return answers.started(timed.start(holder.project, user, moment(data.time, clock())))


@post("/api/sessions/pause", status_code=200, sync_to_thread=True)
def pause_session(
    data: JSONBody[TimedStepWish],
    request: Asking,
    control: NamedDependency[Control],
    timed: NamedDependency[TimedSessions],
) -> Success[Paused]:
    """Pause a session that is active. 409, and nothing changes, where it is not, or where `time` is before its last
    step."""
    return answers.paused(_step(request, control, timed, data, TimedStep.pause))


@post("/api/sessions/resume", status_code=200, sync_to_thread=True)
def resume_session(
    data: JSONBody[TimedStepWish],
    request: Asking,
    control: NamedDependency[Control],
    timed: NamedDependency[TimedSessions],
) -> Success[Resumed]:
    """Go on with a session that is paused; else 409 as for a pause."""
    return answers.resumed(_step(request, control, timed, data, TimedStep.resume))


@post("/api/sessions/end", status_code=200, sync_to_thread=True)
def end_session(
    data: JSONBody[TimedStepWish],
    request: Asking,
    control: NamedDependency[Control],
    timed: NamedDependency[TimedSessions],
) -> Success[Ended]:
    """End a session that is active or paused. Told twice, the second time is 409, which says since when it is ended."""
    return answers.ended(_step(request, control, timed, data, TimedStep.end))


def _step(request: Asking, control: Control, timed: TimedSessions, data: TimedStepWish, step: TimedStep) -> Any:
    holder = _pass(request, control, data.app)
    user = said.somebody(data.user)
    holder.need_to_write_for(user)
    return timed.step(holder.project, user, data.session_id, step, moment(data.time, timed.clock()))


@post("/api/sessions/heatmap", status_code=200, sync_to_thread=True)
def show_heatmap(data: JSONBody[TimedFiguresWish], request: Asking, control: NamedDependency[Control]) -> TimedHeatmap:
    """When sessions began: by day, and by weekday ("0" is Monday) and hour, in the project's time zone."""
    return answers.heatmap(statistics.beginnings(control.file, _asked(request, control, data)))


@post("/api/sessions/most-active", status_code=200, sync_to_thread=True)
def show_most_active(
    data: JSONBody[TimedFiguresWish], request: Asking, control: NamedDependency[Control]
) -> Answer[MostActive]:
    """The weekday and the hour in which most sessions began."""
    begun = statistics.beginnings(control.file, _asked(request, control, data))
    return answers.most_active(statistics.peak(begun))


@post("/api/sessions/stats", status_code=200, sync_to_thread=True)
def show_stats(
    data: JSONBody[TimedFiguresWish], request: Asking, control: NamedDependency[Control]
) -> Answer[TimedStats]:
    """How many sessions, how long, on how many days."""
    what = _asked(request, control, data)
    return answers.stats(statistics.totals(control.file, what), statistics.beginnings(control.file, what))


@post("/api/sessions/summary", status_code=200, sync_to_thread=True)
def show_summary(
    data: JSONBody[TimedFiguresWish], request: Asking, control: NamedDependency[Control]
) -> Answer[TimedSummary]:
    """Sums, the average, the longest and the shortest."""
    return answers.summary(statistics.totals(control.file, _asked(request, control, data)))


@post("/api/sessions/timeline", status_code=200, sync_to_thread=True)
def show_timeline(
    data: JSONBody[TimedFiguresWish], request: Asking, control: NamedDependency[Control]
) -> Answer[TimedTimeline]:
    """When sessions began and ended, in order: the latest 5,000."""
    return answers.timeline(statistics.timeline(control.file, _asked(request, control, data)))


@post("/api/sessions/session-timeline-detail", status_code=200, sync_to_thread=True)
def show_detailed_timeline(
    data: JSONBody[TimedFiguresWish], request: Asking, control: NamedDependency[Control]
) -> Answer[DetailedTimeline]:
    """The same with every step that was told: the latest sessions that have 20,000 steps together."""
    return answers.detailed(statistics.detailed(control.file, _asked(request, control, data)))


@post("/api/sessions/daily-time-spent", status_code=200, sync_to_thread=True)
def show_daily_time(
    data: JSONBody[TimedFiguresWish], request: Asking, control: NamedDependency[Control]
) -> Answer[DailyTime]:
    """Time without pauses by day; what spans a midnight of the project's time zone is split there."""
    return answers.daily_time(statistics.time_by_day(control.file, _asked(request, control, data)))


@post("/api/sessions/time-by-page", status_code=200, sync_to_thread=True)
def show_time_by_page(
    data: JSONBody[TimedFiguresWish], request: Asking, control: NamedDependency[Control]
) -> Answer[PageTimes]:
    """Time that was told of pages, the thousand with most of it."""
    return answers.page_times(statistics.pages(control.file, _asked(request, control, data)))


@post("/api/pages/stats", status_code=200, sync_to_thread=True)
def show_page_stats(
    data: JSONBody[TimedFiguresWish], request: Asking, control: NamedDependency[Control]
) -> Answer[TimedPageStats]:
    """Visits and time of pages, the thousand with most of it."""
    return answers.page_stats(statistics.pages(control.file, _asked(request, control, data)))


def _asked(request: Asking, control: Control, data: TimedFiguresWish) -> Asked:
    holder = _pass(request, control, data.app)
    user = said.user(data.user)
    holder.need_to_read_of(user)
    return statistics.asked(holder.project, user)


@post("/api/sessions/public-summary", status_code=200, sync_to_thread=True)
def show_public_summary(
    data: JSONBody[TimedFiguresWish],
    request: Asking,
    control: NamedDependency[Control],
    client: NamedDependency[Client],
) -> Answer[TimedSummary]:
    """The summary for everybody, where the project's `settings.public.summary` is on; else 404."""
    _count(request, control, client)
    project = entry.public(control, data.app, "summary")
    return answers.summary(statistics.totals(control.file, statistics.asked(project, said.user(data.user))))


@post("/api/sessions/public-timeline", status_code=200, sync_to_thread=True)
def show_public_timeline(
    data: JSONBody[TimedFiguresWish],
    request: Asking,
    control: NamedDependency[Control],
    client: NamedDependency[Client],
) -> Answer[TimedTimeline]:
    """The timeline for everybody, where the project's `settings.public.timeline` is on; else 404."""
    _count(request, control, client)
    project = entry.public(control, data.app, "timeline")
    return answers.timeline(statistics.timeline(control.file, statistics.asked(project, said.user(data.user))))


@post("/api/pages/track", status_code=200, sync_to_thread=True)
def track_page(
    data: JSONBody[TimedVisitWish],
    request: Asking,
    client: NamedDependency[Client],
    control: NamedDependency[Control],
    timed: NamedDependency[TimedSessions],
) -> Success[TimedVisit]:
    """Note that a user was on a page for so many seconds until now. Without a token only where the project's
    `settings.public.pageTrack` is on."""
    user = said.somebody(data.user)
    page, spent = said.page(data.page), said.spent(data.timespent)
    if entry.has_credentials(request.headers):
        holder = _pass(request, control, data.app)
        holder.need_to_write_for(user)
        project = holder.project
    else:
        _count(request, control, client)
        project = entry.public_tracking(control, request.headers, _peer(request), data.app)
    at = timed.visit(project, user, page, spent)
    tracked = TimedVisit(page=page, time_spent=data.timespent, timestamp=iso_ms(at))
    return Success(message="Page visit tracked successfully", data=tracked)


def _count(request: Asking, control: Control, client: Client) -> None:
    """Who needs no token may not ask without end."""
    rate.note(request, control.rates.take_public(client.address))


@post("/api/auth/health", status_code=200, sync_to_thread=False)
def show_auth_health() -> Healthy:
    """Is signing in well? For everybody."""
    return Healthy(message="Authentication service is healthy")


@post("/api/health", status_code=200, sync_to_thread=False)
def show_api_health(clock: NamedDependency[Clock]) -> Running:
    """Is the API well? For everybody."""
    return Running(message="API is healthy", timestamp=iso_ms(clock()))


ROUTES = [
    Router(
        "/",
        route_handlers=[
            validate_token,
            show_token,
            start_session,
            pause_session,
            resume_session,
            end_session,
            show_heatmap,
            show_most_active,
            show_stats,
            show_summary,
            show_timeline,
            show_detailed_timeline,
            show_daily_time,
            show_time_by_page,
            show_page_stats,
        ],
        guards=[_credentials_first],
        opt=BY_TOKEN_OF_BODY,
        tags=["Timed sessions (session server API)"],
    ),
    Router(
        "/",
        route_handlers=[
            show_public_summary,
            show_public_timeline,
            track_page,
            show_auth_health,
            show_api_health,
        ],
        opt=PUBLIC,
        tags=["Timed sessions (session server API)"],
    ),
]
"""Who may is decided by the app that the body names: `entry`, and not the guard of the other contracts."""
