"""HTTP face of ops: parse, call, reply."""

from litestar import Request, Response, Router, route
from litestar.di import NamedDependency
from litestar.response import Redirect

from gosight.control import Control
from gosight.kit.access import PUBLIC
from gosight.ops import health

_VARY = {"Vary": "Accept"}


@route("/", http_method=["GET", "HEAD"], sync_to_thread=False, include_in_schema=False)
def show_front(request: Request, control: NamedDependency[Control]) -> Response[health.Health] | Redirect:  # type: ignore[type-arg]
    """A browser is led to the dashboard; whoever else asks wants to know whether the service is well."""
    if "text/html" in request.headers.get("accept", ""):
        return Redirect("/app/", status_code=302, headers=_VARY)
    return Response(health.read(control.clock()), headers=_VARY)


@route("/health", http_method=["GET", "HEAD"], sync_to_thread=False, include_in_schema=False)
def show_health(control: NamedDependency[Control]) -> Response[health.Health]:
    return Response(health.read(control.clock()), headers=_VARY)


ROUTES = [Router("/", route_handlers=[show_front, show_health], opt=PUBLIC)]
