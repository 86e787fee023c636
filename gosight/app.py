"""The whole product, put together: what it works with, and who answers which request."""

import asyncio
from functools import cached_property
from importlib import import_module
from pathlib import Path
from random import SystemRandom

import msgspec

from gosight.alerts import Alerts
from gosight.alerts.jobs import jobs as alert_jobs
from gosight.analytics import Sourcemaps, overview
from gosight.compat.session_server import Mirror, TimedSessions
from gosight.compat.session_server.jobs import jobs as timed_jobs
from gosight.compat.track import STREAM_PATH, EventStream, Track
from gosight.config import Ai, Config
from gosight.control import Control, Project, Rates, SignalSettings, is_this_machine
from gosight.control.jobs import jobs as control_jobs
from gosight.events import Earlier, EventFiles, Geo, Rules, Thresholds
from gosight.events.jobs import jobs as event_jobs
from gosight.ingest import Ingest, Intake, Salts, Sender
from gosight.kit.addresses import networks
from gosight.kit.bus import Bus
from gosight.kit.clock import Clock, system_clock
from gosight.kit.errors import Forbidden
from gosight.kit.jobs import Job
from gosight.kit.llm import Model
from gosight.kit.meters import Meters
from gosight.kit.operator import Operator
from gosight.kit.wire.asgi import heard_out
from gosight.kit.wire.paths import keep_slashes
from gosight.kit.wire.refusals import send_refusal
from gosight.kit.wire.types import AsgiApp, Receive, Scope, Send
from gosight.ops import History, gauges, health, vitals
from gosight.ops.jobs import jobs as ops_jobs
from gosight.outbox import Channels, Courier, Reach
from gosight.outbox.jobs import jobs as outbox_jobs
from gosight.outbox.jobs import sending
from gosight.query import Queries
from gosight.query.ai import Asking
from gosight.realtime import Realtime
from gosight.replay import Expiry, Outages, Recordings, ReplayEndpoint, Replays
from gosight.replay.jobs import jobs as replay_jobs
from gosight.store.disk import Disk
from gosight.store.duck import Engine
from gosight.store.folder import control_file, prepared
from gosight.store.sqlite import ControlFile
from gosight.web import Assets

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
            self.engine,
            self.geo,
            clock,
            self._rules,
            config.storage.query_timeout_seconds,
            self.bus,
            self.meters,
            most_open=config.storage.memory_limit_mb // 2,
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
        self.direct: dict[str, AsgiApp] = {
            "/v1/events": self.ingest,
            "/v1/replay": self.replay,
            "/track": self.track.one,
            "/track/batch": self.track.batch,
            "/health": self.health,
        }
        """Paths that are answered before Litestar sees them."""
        self.web = Assets()
        self.trusted = networks(config.server.trusted_proxies)
        self._api: AsgiApp | None = None
        self._preparing: asyncio.Future[AsgiApp] | None = None

    @property
    def ai_enabled(self) -> bool:
        """Is a model configured?"""
        return self.config.ai.provider != ""

    @cached_property
    def _clickhouse(self) -> AsgiApp:
        """Imported where somebody asks there: it reads SQL, which takes memory."""
        made: AsgiApp = import_module("gosight.compat.clickhouse").ClickHouse(self.config, self.control, self.queries)
        return made

    async def clickhouse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application of the second port."""
        served = self._clickhouse if not self.dev or _for_this_machine(scope) else _not_this_machine
        await served(scope, receive, send)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.dev and not _for_this_machine(scope):
            await _not_this_machine(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        await self._whose(scope)(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """With --dev a page of elsewhere must not reach this server under a name of its own."""
        if self.dev and not _for_this_machine(scope):
            await send({"type": "websocket.close", "code": 1008, "reason": "another Host was asked for"})
            return
        await self.realtime(scope, receive, send)

    def _whose(self, scope: Scope) -> AsgiApp:
        """Who answers: one of `direct`, the built files, or the API."""
        path = scope.get("path", "")
        if path in WEB or path.startswith("/app/"):
            return self.web.serve
        found = self.direct.get(path)
        if found is not None:
            return found
        if STREAM_PATH.fullmatch(path):
            return self.stream
        return self.api

    async def health(self, scope: Scope, receive: Receive, send: Send) -> None:
        await health.answer(scope, send, self.clock(), ai_enabled=self.ai_enabled)

    async def api(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whoever asks while it is still put together waits for that; who leaves does not end it for the others."""
        if self._api is None:
            self._api = await asyncio.shield(self.prepare())
        keep_slashes(scope)
        scope.setdefault("state", {})["product"] = self
        await self._api(scope, receive, send)

    def prepare(self) -> "asyncio.Future[AsgiApp]":
        """Have the API put together on a thread, which takes half a second: events are taken in meanwhile."""
        if self._preparing is None:
            self._preparing = asyncio.ensure_future(asyncio.to_thread(_api))
        return self._preparing

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


def _api() -> AsgiApp:
    return heard_out(import_module("gosight.api").api())


def _thresholds(signals: SignalSettings) -> Thresholds:
    """What the server looks for; the browser looks for dead clicks."""
    return Thresholds(**{name: getattr(signals, name) for name in Thresholds.__struct_fields__})


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


async def _not_this_machine(scope: Scope, receive: Receive, send: Send) -> None:
    error = Forbidden("with --dev this server answers only as localhost or 127.0.0.1; another Host was asked for")
    await send_refusal(send, error)


def _for_this_machine(scope: Scope) -> bool:
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    name = host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0]
    return is_this_machine(name)
