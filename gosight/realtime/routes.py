"""HTTP face of realtime: who is online now. The WebSocket itself is answered before the framework sees it."""

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency

from gosight.control import Access
from gosight.events import EventFile, shown_visitor
from gosight.kit.access import Permission, needs
from gosight.kit.clock import Clock, iso
from gosight.kit.errors import BadRequest
from gosight.kit.wire.envelopes import Reply
from gosight.realtime import online
from gosight.realtime.online import Happened, Visit

PROJECT = "/api/v1/projects/{project:str}"


class LiveVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that goes on. `path` is the page it is on; `user_id` and `city` are null for a viewer."""

    session_id: str
    visitor_id: str
    user_id: str | None
    country: str | None
    city: str | None
    device: str | None
    browser: str | None
    os: str | None
    source: str | None
    started_at: str
    last_event_at: str
    path: str | None
    page_count: int
    event_count: int
    has_replay: bool


class LiveEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event as the WebSocket tells of it."""

    session_id: str
    event_type: str
    timestamp: str
    name: str | None
    path: str | None


class LiveNow(msgspec.Struct, frozen=True, kw_only=True):
    """`visits` are the 500 with the latest events at most, of `active_sessions` in all; `minutes` are the events stored
    in each of the last 30 minutes, the present one last; `events` the 50 latest, the last one first."""

    visitors: int
    active_sessions: int
    visits: list[LiveVisit]
    minutes: list[int]
    events: list[LiveEvent]


@get(f"{PROJECT}/live", sync_to_thread=True)
def show_live(
    file: NamedDependency[EventFile], access: NamedDependency[Access], clock: NamedDependency[Clock]
) -> Reply[LiveNow]:
    """Who is on the site now (an event within 5 minutes), what they look at, and what happened last."""
    found = online.read(file, clock())
    personal = access.grant.may(Permission.personal_read)
    return Reply(
        data=LiveNow(
            visitors=found.visits[0].visitors if found.visits else 0,
            active_sessions=found.visits[0].total if found.visits else 0,
            visits=[_visit(visit, personal=personal) for visit in found.visits],
            minutes=found.minutes,
            events=[_event(event) for event in found.happened],
        )
    )


@get(f"{PROJECT}/realtime", sync_to_thread=False)
def connect_realtime() -> Reply[None]:
    """A WebSocket: what happens, as it is stored.

    The first message says who you are, within 5 seconds: `{"type": "auth", "token": "…"}`, with an access token or a
    key that reads. The answer is `authenticated`. Then `{"type": "subscribe", "channels": ["sessions", "events",
    "alerts"]}` (answered by `subscribed`), `unsubscribe`, and `ping` (answered by `pong`).

    Messages: `session.start`, `event`, `alert.triggered`, and every 5 seconds `metrics`. To a reader that is too slow,
    `dropped` tells in `data.count` how many messages it has lost, its oldest.

    What goes wrong is `{"type": "error", "error": {"code": "…", "message": "…"}}`. Where the connection is closed as
    well, it is with 4000 and the status: 4400 the first message is none, 4401 not signed in (any more), 4403 not
    allowed, 4404 no such project, 4409 another connection has taken over, 4429 too many connections or messages; 1009
    a message over 16 KiB, 1001 the server stops. A member or key has one connection to a project
    (`limits.realtime_connections`); with `"take_over": true` in the auth message the oldest one ends, and one that
    named the same `client` ends by itself.
    """
    raise BadRequest("this address speaks WebSocket; connect with ws:// or wss://")


def _visit(visit: Visit, *, personal: bool) -> LiveVisit:
    return LiveVisit(
        session_id=visit.session_id,
        visitor_id=shown_visitor(visit.visitor_id, personal=personal),
        user_id=visit.user_id if personal else None,
        country=visit.country,
        city=visit.city if personal else None,
        device=visit.device,
        browser=visit.browser,
        os=visit.os,
        source=visit.source,
        started_at=iso(visit.started_at),
        last_event_at=iso(visit.last_event_at),
        path=visit.path,
        page_count=visit.page_count,
        event_count=visit.event_count,
        has_replay=visit.has_replay,
    )


def _event(event: Happened) -> LiveEvent:
    return LiveEvent(
        session_id=event.session_id,
        event_type=event.event_type,
        timestamp=iso(event.timestamp),
        name=event.name,
        path=event.path,
    )


ROUTES = [
    Router("/", route_handlers=[show_live, connect_realtime], tags=["Realtime"], opt=needs(Permission.analytics_read))
]
