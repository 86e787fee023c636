"""How the product runs, for one project: what contract 2's four Grafana dashboards show, without Grafana."""

from collections.abc import Sequence

import msgspec

from gosight import __version__
from gosight.control import Access
from gosight.kit.access import Permission
from gosight.kit.clock import SECOND, iso_of
from gosight.ops.history import COUNTED, Course, History, Reach

MINUTE_SECONDS = 60


class SystemLine(msgspec.Struct, frozen=True, kw_only=True):
    """A value for each of `times`."""

    name: str
    values: list[float]


class SystemIngestion(msgspec.Struct, frozen=True, kw_only=True):
    """Events a second, by type and by the reason of their refusal, the most frequent first; what never came is left
    out. Latencies are of batches; null where none came."""

    received: list[SystemLine]
    rejected: list[SystemLine]
    latency_p50_ms: list[float | None]
    latency_p99_ms: list[float | None]


class SystemQueries(msgspec.Struct, frozen=True, kw_only=True):
    """Queries a minute, by outcome: in SQL `ok`, `refused`, `failed`; in words `model`, `catalogue`, `cache`,
    `failed`."""

    sql: list[SystemLine]
    ai: list[SystemLine]
    sql_p50_ms: list[float | None]
    sql_p99_ms: list[float | None]
    ai_p50_ms: list[float | None]
    ai_p99_ms: list[float | None]


class SystemServer(msgspec.Struct, frozen=True, kw_only=True):
    """The process that serves all projects. CPU on average over the step, 100 is one core; of the rest the most in it,
    of the free disk the least."""

    version: str
    uptime_seconds: int
    cpu_percent: list[float]
    memory_bytes: list[int]
    database_memory_bytes: list[int]
    open_files: list[int]
    waiting_batches: list[int]
    disk_free_bytes: list[int]


class SystemProject(msgspec.Struct, frozen=True, kw_only=True):
    """Over the whole range; before the start nothing was counted. `queries`: in SQL and in words."""

    id: str
    name: str
    events: int
    events_per_minute: float
    rejected: int
    queries: int


class System(msgspec.Struct, frozen=True, kw_only=True):
    """`times`: the ends of steps of `step_seconds`, the last of 5 minutes may not be over. Counting began at `since`,
    when the server started. `server` is for owners and admins, null for others. `projects`: those of the caller's that
    they may see this of."""

    since: str
    range: Reach
    step_seconds: int
    times: list[str]
    ingestion: SystemIngestion
    queries: SystemQueries
    server: SystemServer | None
    projects: list[SystemProject]


def read(history: History, reach: Reach, access: Access, theirs: Sequence[Access], now: int) -> System:
    """`theirs`: every project that is open to the caller; `now` in microseconds."""
    seen = [each for each in theirs if each.grant.may(Permission.system_read)]
    course = _of(history, reach, access)
    may_see_server = access.grant.may(Permission.server_read)
    return System(
        since=iso_of(course.since),
        range=reach,
        step_seconds=course.step_seconds,
        times=[iso_of(step.at) for step in course.steps],
        ingestion=SystemIngestion(
            received=_lines(course, "received", 1),
            rejected=_lines(course, "dropped", 1),
            latency_p50_ms=course.latency("ingestion", 0.5),
            latency_p99_ms=course.latency("ingestion", 0.99),
        ),
        queries=SystemQueries(
            sql=_lines(course, "sql", MINUTE_SECONDS),
            ai=_lines(course, "ai", MINUTE_SECONDS),
            sql_p50_ms=course.latency("sql", 0.5),
            sql_p99_ms=course.latency("sql", 0.99),
            ai_p50_ms=course.latency("ai", 0.5),
            ai_p99_ms=course.latency("ai", 0.99),
        ),
        server=_server(course, (now - history.started) // SECOND) if may_see_server else None,
        projects=[_project(each, _of(history, reach, each)) for each in seen],
    )


def _of(history: History, reach: Reach, access: Access) -> Course:
    return history.course(reach, access.project.id, access.project.created_at)


def _lines(course: Course, of: str, per_seconds: int) -> list[SystemLine]:
    counted = {kind: course.counts(of, kind) for kind in COUNTED[of]}
    return [
        SystemLine(
            name=kind,
            values=[
                round(count * per_seconds / step.seconds, 4)
                for count, step in zip(counted[kind], course.steps, strict=True)
            ],
        )
        for kind in sorted(counted, key=lambda kind: -sum(counted[kind]))
        if any(counted[kind])
    ]


def _server(course: Course, uptime_seconds: int) -> SystemServer:
    loads = course.loads
    return SystemServer(
        version=__version__,
        uptime_seconds=max(uptime_seconds, 0),
        cpu_percent=[round(load.cpu_percent, 2) for load in loads],
        memory_bytes=[load.memory_bytes for load in loads],
        database_memory_bytes=[load.database_memory_bytes for load in loads],
        open_files=[load.open_files for load in loads],
        waiting_batches=[load.waiting for load in loads],
        disk_free_bytes=[load.disk_free_bytes for load in loads],
    )


def _project(access: Access, course: Course) -> SystemProject:
    seconds = sum(step.seconds for step in course.steps)
    events = course.total("received")
    return SystemProject(
        id=access.project.id,
        name=access.project.name,
        events=round(events),
        events_per_minute=round(events * MINUTE_SECONDS / seconds, 2) if seconds else 0,
        rejected=round(course.total("dropped")),
        queries=round(course.total("sql") + course.total("ai")),
    )
