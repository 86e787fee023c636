"""How the product is: what waits, what is open, what it takes. Nobody counts it; it is looked up when somebody asks."""

import shutil
from collections.abc import Callable, Mapping

from gosight import __version__
from gosight.config import MIB, Config
from gosight.events import EventFiles
from gosight.kit.meters import Gauge
from gosight.kit.wire.asgi import Inlet
from gosight.outbox import Courier, deliveries
from gosight.replay import Replays
from gosight.store.duck import Engine
from gosight.store.folder import control_file
from gosight.store.sqlite import ControlFile


def of_storage(config: Config, engine: Engine, files: EventFiles, replays: Replays) -> list[Gauge]:
    """Of files, the disk and the memory."""

    def logs() -> Mapping[str, float]:
        log = control_file(config.data_dir).with_name("gosight.db-wal")
        return {"events": files.load().log_bytes, "control": log.stat().st_size if log.exists() else 0}

    disk = config.data_dir
    return [
        Gauge("build_info", "Its value is 1.", lambda: {__version__: 1}, "version"),
        Gauge(
            "open_files",
            "Projects' files that are open.",
            lambda: {"events": files.load().files, "replay": replays.open_files},
            "kind",
        ),
        Gauge("wal_bytes", "Of write-ahead logs that are not folded into their files.", logs, "kind"),
        Gauge("duckdb_memory_bytes", "Held by DuckDB.", lambda: {"": engine.memory_bytes()}),
        _fixed("duckdb_memory_limit_bytes", "What DuckDB may hold.", config.storage.memory_limit_mb * MIB),
        Gauge("disk_free_bytes", "Where the data is.", lambda: {"": shutil.disk_usage(disk).free}),
        Gauge("disk_size_bytes", "Where the data is.", lambda: {"": shutil.disk_usage(disk).total}),
    ]


def of_queues(config: Config, files: EventFiles, replays: Replays, *, events: Inlet, recordings: Inlet) -> list[Gauge]:
    """Of what came in and is not on the disk, or nothing is derived from."""
    limits = {"events": config.limits.queue_mb * MIB, "replay": config.limits.replay_queue_mb * MIB}
    return [
        Gauge(
            "queue_requests",
            "Requests that no writer has begun.",
            lambda: {"events": files.load().waiting, "replay": replays.waiting},
            "kind",
        ),
        Gauge(
            "queue_bytes",
            "Of requests that wait for the disk.",
            lambda: {"events": events.waiting_bytes, "replay": recordings.waiting_bytes},
            "kind",
        ),
        Gauge("queue_limit_bytes", "How much may wait before requests are turned away.", lambda: limits, "kind"),
        Gauge("underived_events", "Events that no session tells of yet.", lambda: {"": files.load().behind}),
    ]


def of_outlets(file: ControlFile, courier: Courier, readers: Mapping[str, Callable[[], int]]) -> list[Gauge]:
    """Of what goes out. `readers`: how many there are, by the way they read."""
    return [
        Gauge("outbox_waiting", "Messages to be sent.", lambda: {"": deliveries.waiting(file)}),
        Gauge("outbox_under_way", "Messages being sent.", lambda: {"": courier.under_way}),
        Gauge(
            "readers",
            "Who is connected to hear what happens.",
            lambda: {kind: count() for kind, count in readers.items()},
            "kind",
        ),
    ]


def _fixed(name: str, told: str, value: float) -> Gauge:
    return Gauge(name, told, lambda: {"": value})
