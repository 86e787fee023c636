"""The overview, sessions, visitors."""

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from gosight.analytics import asked, onboarding, overview, sessions, visitors
from gosight.analytics.answers import overview as overview_answers
from gosight.analytics.answers import sessions as session_answers
from gosight.analytics.answers import visitors as visitor_answers
from gosight.analytics.answers.overview import BreakdownItem, FirstEvent, Online, Overview
from gosight.analytics.answers.sessions import EventItem, SessionDetail, SessionItem
from gosight.analytics.answers.visitors import TimelineItem, VisitorDetail
from gosight.analytics.model import Dimension, Filters, Interval, Order, Range, Sort
from gosight.analytics.sessions import Conditions
from gosight.control import Access
from gosight.events import EventFile
from gosight.kit.access import Permission, needs
from gosight.kit.clock import Clock
from gosight.kit.wire.envelopes import ListReply, Reply, meta
from gosight.kit.wire.paging import PAGING, Page
from gosight.kit.wire.paths import segment

PROJECT = "/api/v1/projects/{project:str}"


@get(f"{PROJECT}/overview", dependencies=asked.RANGE, sync_to_thread=True)
def show_overview(
    file: NamedDependency[EventFile],
    during: NamedDependency[Range],
    only: NamedDependency[Filters],
    interval: FromQuery[Interval] = Interval.day,
    series: FromQuery[str | None] = None,
) -> Reply[Overview]:
    """Figures and charts of a range, each with its change. `series=users` adds the users over time."""
    found = overview.read(file, during, only, interval, with_users="users" in (series or ""))
    return Reply(data=overview_answers.overview(found, during, interval))


@get(f"{PROJECT}/breakdown", dependencies=asked.RANGE | PAGING, sync_to_thread=True)
def show_breakdown(
    file: NamedDependency[EventFile],
    access: NamedDependency[Access],
    during: NamedDependency[Range],
    only: NamedDependency[Filters],
    paging: NamedDependency[Page],
    by: FromQuery[Dimension],
    search: FromQuery[str | None] = None,
) -> ListReply[BreakdownItem]:
    """All values of one dimension, largest first."""
    if by is Dimension.user_id:
        access.grant.need(Permission.personal_read)
    rows, total = overview.breakdown(file, during, only, by, search or None, paging.page, paging.per_page)
    items = [
        BreakdownItem(
            value=row.value,
            sessions=row.sessions,
            users=row.users,
            pageviews=row.pageviews,
            change=overview.row_change(row, by),
        )
        for row in rows
    ]
    return ListReply(data=items, meta=meta(paging.page, paging.per_page, total))


@get(
    f"{PROJECT}/sessions",
    dependencies=asked.RANGE | asked.CONDITIONS | PAGING,
    sync_to_thread=True,
)
def list_sessions(
    file: NamedDependency[EventFile],
    access: NamedDependency[Access],
    during: NamedDependency[Range],
    only: NamedDependency[Filters],
    conditions: NamedDependency[Conditions],
    paging: NamedDependency[Page],
    sort: FromQuery[Sort] = Sort.started_at,
    order: FromQuery[Order] = Order.desc,
) -> ListReply[SessionItem]:
    """Sessions that begin in the range, the latest first."""
    rows, total = sessions.listed(file, during, only, conditions, sort, order, paging.page, paging.per_page)
    personal = access.grant.may(Permission.personal_read)
    return ListReply(
        data=[session_answers.session_item(row, personal=personal) for row in rows],
        meta=meta(paging.page, paging.per_page, total),
    )


@get(f"{PROJECT}/sessions/{{session_id:str}}", sync_to_thread=True)
def show_session(
    file: NamedDependency[EventFile], access: NamedDependency[Access], session_id: FromPath[str]
) -> Reply[SessionDetail]:
    """One session: pages, device, place, signals, and the user where there is one."""
    personal = access.grant.may(Permission.personal_read)
    return Reply(data=session_answers.session_detail(sessions.detail(file, segment(session_id)), personal=personal))


@get(f"{PROJECT}/sessions/{{session_id:str}}/events", dependencies=asked.EVENT_PAGING, sync_to_thread=True)
def list_session_events(
    file: NamedDependency[EventFile],
    access: NamedDependency[Access],
    session_id: FromPath[str],
    paging: NamedDependency[Page],
    event_types: FromQuery[str | None] = None,
) -> ListReply[EventItem]:
    """A session's events in the order in which they happened."""
    rows, total = sessions.events(file, segment(session_id), asked.types(event_types), paging.page, paging.per_page)
    personal = access.grant.may(Permission.personal_read)
    return ListReply(
        data=[session_answers.event_item(row, personal=personal) for row in rows],
        meta=meta(paging.page, paging.per_page, total),
    )


@get(f"{PROJECT}/visitors/{{visitor_id:str}}", opt=needs(Permission.personal_read), sync_to_thread=True)
def show_visitor(file: NamedDependency[EventFile], visitor_id: FromPath[str]) -> Reply[VisitorDetail]:
    """Who a visitor is, over all their sessions."""
    return Reply(data=visitor_answers.visitor_detail(visitors.visitor(file, segment(visitor_id))))


@get(
    f"{PROJECT}/visitors/{{visitor_id:str}}/timeline",
    opt=needs(Permission.personal_read),
    dependencies=asked.EVENT_PAGING,
    sync_to_thread=True,
)
def show_timeline(
    file: NamedDependency[EventFile],
    visitor_id: FromPath[str],
    paging: NamedDependency[Page],
    types: FromQuery[str | None] = None,
) -> ListReply[TimelineItem]:
    """Everything a visitor did, newest first."""
    rows, total = visitors.timeline(file, segment(visitor_id), asked.types(types), paging.page, paging.per_page)
    return ListReply(
        data=[visitor_answers.timeline_item(row) for row in rows], meta=meta(paging.page, paging.per_page, total)
    )


@get(f"{PROJECT}/first-event", sync_to_thread=True)
def show_first_event(file: NamedDependency[EventFile], access: NamedDependency[Access]) -> Reply[FirstEvent]:
    """Has the project heard anything yet?"""
    found = onboarding.first_event(file)
    if found is None:
        return Reply(data=FirstEvent(received=False))
    visitor_id = found.visitor_id if access.grant.may(Permission.personal_read) else None
    return Reply(data=overview_answers.first_seen(found.ts, found.session_id, visitor_id, found.path))


@get(f"{PROJECT}/online", sync_to_thread=True)
def show_online(file: NamedDependency[EventFile], clock: NamedDependency[Clock]) -> Reply[Online]:
    """Visitors with an event within 5 minutes."""
    return Reply(data=Online(visitors=overview.online(file, clock())))


ROUTES = [
    Router(
        "/",
        route_handlers=[
            show_overview,
            show_breakdown,
            list_sessions,
            show_session,
            list_session_events,
            show_visitor,
            show_timeline,
            show_first_event,
            show_online,
        ],
        tags=["Analytics"],
        opt=needs(Permission.analytics_read),
    )
]
