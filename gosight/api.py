"""The API: every route, and what each is given of the product that a request is for."""

from functools import cache
from typing import Any

from litestar import Litestar, Request
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.handlers import BaseRouteHandler

from gosight import __version__
from gosight.alerts.routes import ROUTES as ALERT_ROUTES
from gosight.analytics.routes import ROUTES as ANALYTICS_ROUTES
from gosight.app import App
from gosight.compat.session_server.routes import ROUTES as TIMED_ROUTES
from gosight.compat.track.routes import ROUTES as TRACK_ROUTES
from gosight.control import Access, Client
from gosight.control.routes import ROUTES as CONTROL_ROUTES
from gosight.events import EventFile
from gosight.ingest.routes import ROUTES as INGEST_ROUTES
from gosight.kit.access import Caller
from gosight.kit.addresses import client_address, is_trusted
from gosight.kit.counting import counted
from gosight.kit.errors import GoSightError
from gosight.kit.wire import openapi, rate
from gosight.kit.wire.bodies import ApiRequest
from gosight.kit.wire.framework import refuse
from gosight.kit.wire.refusals import NEVER_KEPT
from gosight.ops.routes import ROUTES as OPS_ROUTES
from gosight.outbox.routes import ROUTES as OUTBOX_ROUTES
from gosight.query.routes import ROUTES as QUERY_ROUTES
from gosight.realtime.routes import ROUTES as REALTIME_ROUTES

MAX_BODY = 1024 * 1024
"""Bytes of a request to the API; settings with a hundred selectors are some 50 KB."""

ROUTES = [
    *OPS_ROUTES,
    *CONTROL_ROUTES,
    *OUTBOX_ROUTES,
    *INGEST_ROUTES,
    *ANALYTICS_ROUTES,
    *REALTIME_ROUTES,
    *ALERT_ROUTES,
    *TRACK_ROUTES,
    *QUERY_ROUTES,
    *TIMED_ROUTES,
]


@cache
def api() -> Litestar:
    """Every route, put together once a process (a third of a second); each request says which product it is for."""
    return Litestar(
        ROUTES,
        guards=[_guard],
        dependencies={
            "control": _part("control"),
            "file": Provide(_file, sync_to_thread=False),
            "recordings": _part("replays"),
            "outages": _part("outages"),
            "sourcemaps": _part("sourcemaps"),
            "channels": _part("channels"),
            "control_file": _part("file"),
            "alerts": _part("alerts"),
            "queries": _part("queries"),
            "timed": _part("timed"),
            "asking": _part("asking"),
            "ai_enabled": _part("ai_enabled"),
            "clock": _part("clock"),
            "meters": _part("meters"),
            "history": _part("history"),
            "public_url": Provide(_public_url, sync_to_thread=False),
            "project_number": Provide(_project_number, sync_to_thread=False),
            "caller": Provide(_caller, sync_to_thread=False),
            "access": Provide(_access, sync_to_thread=False),
            "client": Provide(_client, sync_to_thread=False),
        },
        exception_handlers={Exception: refuse},
        openapi_config=openapi.config(__version__),
        request_class=ApiRequest,
        request_max_body_size=MAX_BODY,
        response_headers=NEVER_KEPT,
        before_send=[rate.tell],
        logging_config=None,
    )


def _part(name: str) -> Provide:
    def part(request: Request[Any, Any, Any]) -> Any:
        return getattr(_product(request), name)

    return Provide(part, sync_to_thread=False)


async def _guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Before anything of the request is read: who asks, not too often, and may they?"""
    method = str(connection.scope.get("method", ""))
    if method == "OPTIONS":
        return
    product = _product(connection)
    door, rates = product.control.door, product.control.rates
    kind = counted(method, connection.scope["path"], handler.opt)
    if handler.opt.get("public"):
        rate.note(connection, rates.take(kind, None, _address(connection)))
        return
    try:
        caller = door.caller(connection.headers, _peer(connection))
    except GoSightError:
        rate.note(connection, rates.take(kind, None, _address(connection)))
        raise
    connection.state.caller = caller
    rate.note(connection, rates.take(kind, caller, _address(connection)))
    if "project" in connection.path_params:
        access = door.access(caller, connection.path_params["project"])
        access.grant.need(handler.opt["needs"])
        connection.state.access = access


def _product(connection: ASGIConnection[Any, Any, Any, Any]) -> App:
    product: App = connection.state.product
    return product


def _file(request: Request[Any, Any, Any], access: NamedDependency[Access]) -> EventFile:
    return _product(request).files.of(access.project.number)


def _client(request: Request[Any, Any, Any]) -> Client:
    product = _product(request)
    peer, trusted = _peer(request), product.trusted
    forwarded_proto = request.headers.get("x-forwarded-proto", "") if is_trusted(peer, trusted) else ""
    return Client.of(
        _address(request),
        request.headers,
        request.cookies,
        is_secure="https" in (request.scope["scheme"], product.config.public_url.partition(":")[0], forwarded_proto),
    )


def _caller(request: Request[Any, Any, Any]) -> Caller:
    caller: Caller = request.state.caller
    return caller


def _access(request: Request[Any, Any, Any]) -> Access:
    access: Access = request.state.access
    return access


def _project_number(access: NamedDependency[Access]) -> int:
    """For slices that know no more of a project."""
    return access.project.number


def _address(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Where the request comes from, as far as it is to be believed."""
    forwarded = ",".join(connection.headers.getall("x-forwarded-for", [])) or None
    return client_address(_peer(connection), forwarded, _product(connection).trusted)


def _public_url(request: Request[Any, Any, Any]) -> str:
    return _product(request).config.public_url


def _peer(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    return connection.client.host if connection.client else ""
