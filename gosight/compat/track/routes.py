"""HTTP face of contract 2's dashboard: parse, call, reply. Its events and their stream are answered before the
framework sees them, and stand here for the description of the API alone."""

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from gosight.compat.track import dashboard
from gosight.compat.track.dashboard import TopEvent, TopPage
from gosight.events import EventFile
from gosight.kit.access import Permission, needs
from gosight.kit.clock import MINUTE, Clock, iso_millis
from gosight.kit.errors import BadRequest


class TimelineMinute(msgspec.Struct, frozen=True, kw_only=True):
    minute: str
    event_count: int
    unique_visitors: int


class RealtimeDashboard(msgspec.Struct, frozen=True, kw_only=True):
    """The last 60 minutes, the latest first, and what happened most in them."""

    customer_id: str
    timestamp: str
    events_timeline: list[TimelineMinute]
    top_events: list[TopEvent]
    top_pages: list[TopPage]


@get("/dashboard/realtime/{project:str}", sync_to_thread=True)
def show_realtime(
    project: FromPath[str], file: NamedDependency[EventFile], clock: NamedDependency[Clock]
) -> RealtimeDashboard:
    """Events and visitors of each of the last 60 minutes, and the top events and pages of that hour."""
    now = clock()
    hour = dashboard.read(file, now)
    return RealtimeDashboard(
        customer_id=project,
        timestamp=iso_millis(now),
        events_timeline=[
            TimelineMinute(
                minute=iso_millis(one.minute * MINUTE),
                event_count=one.event_count,
                unique_visitors=one.unique_visitors,
            )
            for one in hour.timeline
        ],
        top_events=hour.top_events,
        top_pages=hour.top_pages,
    )


@get("/events/stream/{project:str}", sync_to_thread=False, media_type="text/event-stream")
def stream_events(project: FromPath[str], token: FromQuery[str] = "", last_event_id: FromQuery[str] = "") -> str:
    """Server-Sent Events: `new_events`, whose data is a list of what was stored, each with event_type, event_name,
    visitor_id and timestamp. What happens within a fifth of a second comes as one message.

    `token` comes from `POST /api/v1/auth/stream-token` and holds for two minutes; programs may send an access token or
    an API key in their headers, never in the address. Who comes again with the id of the last message, in the header
    Last-Event-ID or as `last_event_id`, is told what they missed, up to 5 minutes back. To a reader that is too slow, a
    message `lost` tells in `count` how many events it has lost. A comment comes after 15 seconds without anything else.
    """
    raise BadRequest("this address speaks text/event-stream")


ROUTES = [
    Router("/", route_handlers=[show_realtime, stream_events], tags=["Track"], opt=needs(Permission.analytics_read))
]
