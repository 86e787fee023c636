"""HTTP face of ops: parse, call, reply."""

from litestar import Request, Response, Router, get, post, route
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from gosight.control import Access, Control
from gosight.kit.access import PUBLIC, Permission, needs
from gosight.kit.addresses import is_local
from gosight.kit.clock import Clock
from gosight.kit.meters import Meters
from gosight.kit.wire.envelopes import Reply
from gosight.ops import health, metrics, system
from gosight.ops.history import History, Reach
from gosight.ops.system import System


@route("/", http_method=["GET", "HEAD"], sync_to_thread=False, include_in_schema=False)
def show_front(
    request: Request,  # type: ignore[type-arg]
    control: NamedDependency[Control],
    ai_enabled: NamedDependency[bool],
) -> Response[health.Health] | Redirect:
    """A browser is led to the dashboard; whoever else asks wants to know whether the service is well."""
    if "text/html" in request.headers.get("accept", ""):
        return Redirect("/app/", status_code=302, headers=health.VARY)
    return Response(health.read(control.clock(), ai_enabled=ai_enabled), headers=health.VARY)


@get("/metrics", sync_to_thread=True, tags=["Metrics"], media_type="text/plain")
def show_metrics(
    request: Request,  # type: ignore[type-arg]
    control: NamedDependency[Control],
    meters: NamedDependency[Meters],
) -> Response[bytes]:
    """What Prometheus collects. On this machine itself of all projects; from elsewhere with a key that reads, or an
    access token, of those that these open."""
    peer = request.client.host if request.client else ""
    headers = request.headers
    is_open = is_local(peer, headers.keys()) and "authorization" not in headers and "x-gosight-key" not in headers
    only: set[str] | None = None
    if not is_open:
        only = {access.project.id for access in control.door.projects(control.door.caller(headers, peer))}
    return Response(metrics.text(meters, only), headers={"Content-Type": metrics.CONTENT_TYPE})


@get("/api/v1/projects/{project:str}/system", sync_to_thread=True)
def show_system(
    access: NamedDependency[Access],
    control: NamedDependency[Control],
    history: NamedDependency[History],
    clock: NamedDependency[Clock],
    range: FromQuery[Reach] = Reach.hour,
) -> Reply[System]:
    """How the product runs for this project in the last hours: events, queries, the server, and the caller's projects
    side by side. It is counted in memory, from the start of the server."""
    theirs = control.door.projects(access.caller)
    return Reply(data=system.read(history, range, access, theirs, clock()))


@post("/", status_code=200, sync_to_thread=False, include_in_schema=False)
def show_session_server(control: NamedDependency[Control]) -> health.SessionServer:
    """Contract 3's; whatever is posted."""
    return health.of_session_server(control.clock())


ROUTES = [
    Router("/", route_handlers=[show_front, show_session_server, show_metrics], opt=PUBLIC),
    Router("/", route_handlers=[show_system], opt=needs(Permission.system_read), tags=["System"]),
]
