"""How fast events come in over HTTP, as single events, tens and hundreds; how long an answer takes at half of that.

What bounds the rate of singles, by profile (py-spy, with and without --gil, at 5,000 a second on 1.3 cores): the event
loop's thread, which holds the interpreter's lock 70 % of the time. Of that, events are checked and prepared in 23 %,
handed to the writer and counted in 18, bodies read and answers sent in 16, senders' addresses, keys and projects found
in 15; the rest is Granian's, uvloop's and asyncio's. The writer needs the lock 3 % of the time: DuckDB works without.
Of hundreds it is DuckDB, which reads rows from JSON at 7 µs an event, and the encoding of those rows.

What bounds the 99th percentile at half, by profile (py-spy on the server, and with checkpoints held off): DuckDB 2.0
lets no insert into a file while a checkpoint writes it, into no table, compressed or not: 60 ms for 100,000 rows on a
machine at rest, 100 to 300 under load. At half pace of tens and hundreds that is 1 to 3 % of the time, so it is the
slowest hundredth of the answers; smaller checkpoints cost more in all (25,000 rows: 45 ms). Without any, the slowest
hundredth took 50, 73 and 83 ms for singles, tens and hundreds, which is the group commit beside a load generator on
the same two cores.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from tests.bench import stored
from tests.bench.generator import Generator
from tests.bench.load import Result
from tests.bench.machine import table
from tests.bench.server import running


class Shape(msgspec.Struct, frozen=True):
    """Events in a request, connections that send at once, events for a second at the pace asked for."""

    size: int
    connections: int
    target: int


SHAPES = (Shape(1, 256, 8_000), Shape(10, 128, 40_000), Shape(100, 64, 100_000))
"""Targets in events a second. More connections make larger groups, as many browsers do."""
P99_TARGET_MS = 50.0
HEAD = (
    "events/request",
    "events/s",
    "target",
    "p50 ms",
    "p99 ms",
    "p99 ms at half",
    "acknowledged",
    "stored",
    "engine alone/s",
    "server cores",
    "waited for",
    "generator cores",
)


class Measured(msgspec.Struct):
    """One shape's figures; `half` is the run at half of the rate reached."""

    shape: Shape
    full: Result
    half: Result
    stored: int
    acknowledged: int
    engine: float
    cores: float
    waited: float
    """Cores that the server took, and would have taken on top had nothing else held them."""

    def row(self) -> list[object]:
        return [
            self.shape.size,
            round(self.full.acknowledged / self.full.seconds),
            self.shape.target,
            self.full.p50 * 1_000,
            self.full.p99 * 1_000,
            self.half.p99 * 1_000,
            self.acknowledged,
            self.stored,
            round(self.engine),
            self.cores,
            self.waited,
            self.full.cpu,
        ]


def measure(seconds: float, events: int | None, sizes: Sequence[int] = (1, 10, 100)) -> list[Measured]:
    """Each shape on a server of its own. `events` of each shape, or as many as the target has in `seconds`."""
    return [_measure(shape, events or round(shape.target * seconds)) for shape in SHAPES if shape.size in sizes]


def report(measured: list[Measured]) -> str:
    lines = [table(HEAD, [one.row() for one in measured])]
    for one in measured:
        wrong = one.full.refused | one.half.refused
        if wrong or one.stored != one.acknowledged:
            lines.append(f"{one.shape.size}: stored {one.stored} of {one.acknowledged} acknowledged; refused {wrong}")
    return "\n".join(lines)


def _measure(shape: Shape, events: int) -> Measured:
    count = max(shape.connections, events // shape.size)
    warm_up = max(10, count // 10)
    with TemporaryDirectory(prefix="gosight-bench-") as name:
        folder = Path(name)
        with (
            running(folder) as server,
            Generator(
                server,
                size=shape.size,
                connections=shape.connections,
                phases=(warm_up, count, count // 2),
                seed="ingest",
            ) as load,
        ):
            first = load.run()
            before = server.core_seconds()
            full = load.run()
            after = server.core_seconds()
            half = load.run(rate=full.requests / full.seconds / 2)
        acknowledged = first.acknowledged + full.acknowledged + half.acknowledged
        return Measured(
            shape=shape,
            full=full,
            half=half,
            stored=stored.count(folder),
            acknowledged=acknowledged,
            engine=stored.engine_alone(folder, shape.size * shape.connections, 400_000),
            cores=(after[0] - before[0]) / full.seconds,
            waited=(after[1] - before[1]) / full.seconds,
        )
