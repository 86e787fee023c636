"""The whole product, put together: what it works with, and every route."""

import asyncio
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from random import SystemRandom
from typing import Any, cast

import msgspec
from litestar import Litestar, Request
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from gosight import __version__
from gosight.alerts import Alerts
from gosight.alerts.jobs import jobs as alert_jobs
from gosight.alerts.routes import ROUTES as ALERT_ROUTES
from gosight.analytics import Sourcemaps, overview
from gosight.analytics.routes import ROUTES as ANALYTICS_ROUTES
from gosight.compat.session_server import Mirror, TimedSessions
from gosight.compat.session_server.jobs import jobs as timed_jobs
from gosight.compat.session_server.routes import ROUTES as TIMED_ROUTES
from gosight.compat.track import STREAM_PATH, EventStream, Track
from gosight.compat.track.routes import ROUTES as TRACK_ROUTES
from gosight.config import Ai, Config
from gosight.control import Access, Client, Control, Project, Rates, SignalSettings, is_this_machine
from gosight.control.jobs import jobs as control_jobs
from gosight.control.routes import ROUTES as CONTROL_ROUTES
from gosight.events import Earlier, EventFile, EventFiles, Geo, Rules, Thresholds
from gosight.events.jobs import jobs as event_jobs
from gosight.ingest import Ingest, Intake, Salts, Sender
from gosight.ingest.routes import ROUTES as INGEST_ROUTES
from gosight.kit.access import Caller
from gosight.kit.addresses import client_address, is_trusted, networks
from gosight.kit.bus import Bus
from gosight.kit.clock import Clock, system_clock
from gosight.kit.counting import counted
from gosight.kit.errors import Forbidden, GoSightError
from gosight.kit.jobs import Job
from gosight.kit.llm import Model
from gosight.kit.meters import Meters
from gosight.kit.operator import Operator
from gosight.kit.wire import openapi, rate
from gosight.kit.wire.asgi import heard_out
from gosight.kit.wire.bodies import ApiRequest
from gosight.kit.wire.paths import keep_slashes
from gosight.kit.wire.refusals import NEVER_KEPT, refuse, send_refusal
from gosight.ops import History, gauges, vitals
from gosight.ops.jobs import jobs as ops_jobs
from gosight.ops.routes import ROUTES as OPS_ROUTES
from gosight.outbox import Channels, Courier, Reach
from gosight.outbox.jobs import jobs as outbox_jobs
from gosight.outbox.jobs import sending
from gosight.outbox.routes import ROUTES as OUTBOX_ROUTES
from gosight.query import Queries
from gosight.query.ai import Asking
from gosight.query.routes import ROUTES as QUERY_ROUTES
from gosight.realtime import Realtime
from gosight.realtime.routes import ROUTES as REALTIME_ROUTES
from gosight.replay import Expiry, Outages, Recordings, ReplayEndpoint, Replays
from gosight.replay.jobs import jobs as replay_jobs
from gosight.store.disk import Disk
from gosight.store.duck import Engine
from gosight.store.folder import control_file, prepared
from gosight.store.sqlite import ControlFile
from gosight.web import Assets

MAX_BODY = 1024 * 1024
"""Bytes of a request to the API; settings with a hundred selectors are some 50 KB."""

COUNTRIES = Path(__file__).parent / "web" / "dist" / "geo" / "dbip-country.mmdb"
"""Comes with the product (DB-IP, CC BY 4.0)."""

WEB = frozenset(
    {
        "/app",
        "/gosight.js",
        "/gosight.mjs",
        "/gosight.d.ts",
        "/gosight-replay.js",
        "/tracker.js",
        "/tracker.mjs",
        "/tracker.d.ts",
    }
)
"""What the front end's build puts at the root; its pages are below /app/."""

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


class App:
    """The parts of a running product; call it as an ASGI application, close it in the end."""

    def __init__(self, config: Config, clock: Clock, *, dev: bool) -> None:
        self.config = config
        self.clock = clock
        self.dev = dev
        self.bus = Bus()
        self.meters = Meters()
        self.file = ControlFile(control_file(prepared(config.data_dir)))
        self.control = Control(
            self.file,
            clock,
            public_url=config.public_url,
            has_mail=bool(config.mail.host),
            rates=Rates(
                clock,
                reads=config.limits.reads_per_minute,
                writes=config.limits.writes_per_minute,
                tries=config.limits.auth_per_minute,
                public=config.limits.public_per_minute,
            ),
            dev=dev,
            today=self._today,
            forget=self._forget,
        )
        directory = self.control.directory
        self.reach = Reach(networks(config.outbox.allow_private))
        self.channels = Channels(
            self.file,
            self.reach,
            has_bot=bool(config.telegram.bot_token),
            has_mail=bool(config.mail.host),
        )
        self.geo = Geo(Path(config.geo.database) if config.geo.database else COUNTRIES)
        self.engine = Engine(
            config.data_dir,
            memory_limit_mb=config.storage.memory_limit_mb,
            threads=config.storage.threads,
            temp_limit_mb=config.storage.temp_limit_mb,
        )
        self.files = EventFiles(
            self.engine, self.geo, clock, self._rules, config.storage.query_timeout_seconds, self.bus, self.meters
        )
        self.sourcemaps = Sourcemaps(
            self.file,
            config.data_dir,
            clock,
            most_bytes=config.sourcemaps_bytes,
            least_free=config.storage.events_min_free_bytes,
        )
        self.operator = Operator()
        self.intake = Intake(clock, Salts(self.file, clock))
        self.replays = Replays(config.data_dir, clock)
        self.recordings = Recordings(self.files, self.replays, self._anonymous, clock)
        self.outages = Outages(self.file, clock)
        self.replay = ReplayEndpoint(config, directory, self.recordings, self.outages, self.operator, clock)
        self.expiry = Expiry(
            self.replays,
            lambda: [project.number for project in directory.projects()],
            self.files.replay_expired,
            config.storage.replay_days,
            clock,
        )
        self.ingest = Ingest(config, directory, self.files, self.intake, self.operator, clock, self.meters)
        self.track = Track(self.control, self.ingest, self.intake, self.operator)
        self.courier = Courier(self.file, clock, sending(config, self.reach, clock), SystemRandom().random, self.meters)
        self.realtime = Realtime(self.bus, self.control, self.files, connections=config.limits.realtime_connections)
        self.stream = EventStream(
            self.bus, self.control, self.files, clock, connections=config.limits.stream_connections
        )
        self.alerts = Alerts(self.file, self.files, directory, self.bus, clock, config.public_url)
        self.queries = Queries(
            self.files,
            clock,
            self.meters,
            max_rows=config.sql.max_rows,
            seconds=config.sql.timeout_seconds,
            per_minute=config.limits.sql_per_minute,
        )
        mirror = Mirror(self.file, self.files, self.intake, directory)
        self.timed = TimedSessions(
            self.file, mirror, clock, Disk(config.data_dir, config.storage.events_min_free_bytes)
        )
        self.asking = Asking(
            self.queries,
            self.files.of,
            _model(config.ai, clock),
            clock,
            self.meters,
            per_hour=config.limits.ai_per_hour,
        )
        self.history = History(
            self.meters,
            lambda: vitals.look(config.data_dir, self.engine.memory_bytes, lambda: self.files.load().waiting),
            clock,
        )
        jobs: list[Job] = [
            *control_jobs(self.control),
            *event_jobs(self.files),
            *replay_jobs(self.replays, self.expiry),
            *outbox_jobs(self.courier, self.file, clock, config.outbox.keep_days),
            *alert_jobs(self.alerts),
            *timed_jobs(self.timed, directory),
            *ops_jobs(self.history),
        ]
        self.jobs = [msgspec.structs.replace(job, run=self.meters.turns(job.name, job.run)) for job in jobs]
        self.meters.gauges += [
            *gauges.of_storage(config, self.engine, self.files, self.replays),
            *gauges.of_queues(config, self.files, self.replays, events=self.ingest.inlet, recordings=self.replay.inlet),
            *gauges.of_outlets(
                self.file,
                self.courier,
                {"realtime": lambda: self.realtime.count, "stream": lambda: self.stream.count},
            ),
        ]
        self.direct: dict[str, ASGIApp] = {
            "/v1/events": cast(ASGIApp, self.ingest),
            "/v1/replay": cast(ASGIApp, self.replay),
            "/track": cast(ASGIApp, self.track.one),
            "/track/batch": cast(ASGIApp, self.track.batch),
        }
        """Paths that are answered before Litestar sees them."""
        self.web = Assets()
        self.trusted = networks(config.server.trusted_proxies)
        self.api = cast(ASGIApp, heard_out(cast(Any, api())))

    @cached_property
    def _clickhouse(self) -> ASGIApp:
        """Imported where somebody asks there: it reads SQL, which takes memory."""
        endpoint = import_module("gosight.compat.clickhouse")
        return cast(ASGIApp, endpoint.ClickHouse(self.config, self.control, self.queries))

    async def clickhouse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application of the second port."""
        served = self._clickhouse if not self.dev or _for_this_machine(scope) else _not_this_machine
        await served(cast(Any, scope), cast(Any, receive), cast(Any, send))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and self.dev and not _for_this_machine(scope):
            await _not_this_machine(scope, receive, send)
            return
        if scope["type"] == ScopeType.WEBSOCKET:
            await self._socket(scope, receive, send)
            return
        await self._whose(scope)(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """With --dev a page of elsewhere must not reach this server under a name of its own."""
        if self.dev and not _for_this_machine(scope):
            await send({"type": "websocket.close", "code": 1008, "reason": "another Host was asked for"})
            return
        await self.realtime(cast(Any, scope), cast(Any, receive), cast(Any, send))

    def _whose(self, scope: Scope) -> ASGIApp:
        """Who answers: one of `direct`, the built files, or the API."""
        path = scope.get("path", "")
        if path in WEB or path.startswith("/app/"):
            return self.web.serve
        found = self.direct.get(path)
        if found is not None:
            return found
        if STREAM_PATH.fullmatch(path):
            return cast(ASGIApp, self.stream)
        keep_slashes(scope)
        scope.setdefault("state", {})["product"] = self
        return self.api

    def _rules(self, number: int) -> Rules:
        project = next((p for p in self.control.directory.projects() if p.number == number), None)
        if project is None:
            return Rules()
        earlier = tuple(Earlier(held.until, _thresholds(held.signals)) for held in project.earlier_signals)
        return Rules(_thresholds(project.settings.signals), project.allowed_domains, earlier)

    def _today(self, project: Project) -> tuple[int, int]:
        return overview.today(self.files.of(project.number), project.settings.timezone, self.clock())

    def _anonymous(self, project: Project, address: str, user_agent: str | None) -> tuple[str, ...]:
        return self.intake.anonymous(project, Sender(address, user_agent))

    def _forget(self, number: int) -> None:
        self.replays.forget(number)
        self.files.forget(number)

    async def leave(self) -> None:
        """Whoever is connected for long is told that the server stops."""
        self.asking.leave()
        await asyncio.gather(self.realtime.leave(), self.stream.leave())

    def stop(self) -> None:
        """Take and answer nothing more; what was handed to the writers is still stored."""
        self.courier.stop()
        self.replays.stop()
        self.files.stop()

    def close(self) -> None:
        """Everything handed to the writers is on the disk when this returns."""
        self.courier.close()
        self.alerts.close()
        self.replay.close()
        self.replays.close()
        self.files.close()
        self.geo.close()
        self.control.close()
        self.file.close()


def build(config: Config, clock: Clock = system_clock, *, dev: bool = False) -> App:
    """The one constructor; tests pass another folder and another clock."""
    return App(config, clock, dev=dev)


@cache
def api() -> Litestar:
    """Every route, put together once a process (it takes 100 ms); each request says which product it is for."""
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
            "ai_enabled": Provide(_ai_enabled, sync_to_thread=False),
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


def _thresholds(signals: SignalSettings) -> Thresholds:
    """What the server looks for; the browser looks for dead clicks."""
    return Thresholds(**{name: getattr(signals, name) for name in Thresholds.__struct_fields__})


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


def _ai_enabled(request: Request[Any, Any, Any]) -> bool:
    return _product(request).config.ai.provider != ""


def _model(ai: Ai, clock: Clock) -> Model | None:
    """None where none is configured."""
    if not ai.provider:
        return None
    return Model(
        ai.provider,
        base_url=ai.base_url,
        model=ai.model,
        key=ai.key,
        seconds=ai.timeout_seconds,
        max_tokens=ai.max_tokens,
        clock=clock,
    )


def _peer(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    return connection.client.host if connection.client else ""


async def _not_this_machine(scope: Scope, receive: Receive, send: Send) -> None:
    error = Forbidden("with --dev this server answers only as localhost or 127.0.0.1; another Host was asked for")
    await send_refusal(send, error)


def _for_this_machine(scope: Scope) -> bool:
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    name = host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0]
    return is_this_machine(name)
