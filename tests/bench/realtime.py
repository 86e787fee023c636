"""How soon those who listen hear: 1,000 readers of four projects, each of whom gets 20 events a second, while 2,000
events a second come in for another project."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from gosight.control import keys, projects
from gosight.kit.clock import system_clock
from gosight.store.folder import control_file, prepared
from gosight.store.sqlite import ControlFile
from tests.bench.generator import Generator
from tests.bench.listeners import Heard, Plan, Watched
from tests.bench.load import Result
from tests.bench.machine import ROOT, table
from tests.bench.server import running

PROJECTS = 4
"""Each event comes alone and is a commit of its own, some 3 ms of a core: with ten projects commits alone fill two."""
RATE = 20
"""Events a second that each reader gets."""
BESIDE, BATCH = 2_000, 10
"""Events a second for a project that nobody listens to, in requests of so many."""


class Measured(msgspec.Struct):
    """Times in milliseconds; `alone` is ingest without readers, `beside` with them."""

    readers: int
    heard: Heard
    alone: Result
    beside: Result
    before_mb: float
    after_mb: float
    cores: float

    def rows(self) -> list[list[object]]:
        heard = self.heard
        each = (self.after_mb - self.before_mb) * 1024 / max(self.readers, 1)
        return [
            ["messages a second", f"{heard.received / heard.seconds:,.0f}", ""],
            ["messages, of those expected", f"{heard.received:,} of {heard.expected:,}", "all"],
            ["dropped", f"{heard.dropped:,}", "0"],
            ["from acknowledged to received, ms p50", f"{heard.p50:.1f}", "50"],
            ["from acknowledged to received, ms p99", f"{heard.p99:.1f}", "250"],
            ["the slowest, ms", f"{heard.slowest:.1f}", ""],
            ["memory for a reader, KiB", f"{each:.0f}", ""],
            ["memory of the process with all readers, MiB", f"{self.after_mb:.0f}", "512"],
            ["ingest beside, ms p50 / p99, without readers", _both(self.alone), ""],
            ["ingest beside, ms p50 / p99, with readers", _both(self.beside), ""],
            ["cores that the server took", f"{self.cores:.2f}", ""],
            ["cores that the readers took", f"{heard.cpu:.2f}", ""],
        ]


def measure(readers: int, seconds: float) -> Measured:
    requests = max(1, round(BESIDE / BATCH * seconds))
    warm_up = max(10, requests // 4)
    with TemporaryDirectory(prefix="gosight-bench-") as name:
        folder = Path(name)
        with (
            running(folder) as server,
            Generator(
                server, size=BATCH, connections=32, phases=(warm_up, requests, requests), seed="realtime"
            ) as load,
        ):
            plan = Plan(port=server.port, projects=_watched(folder), readers=readers, rate=RATE, seconds=seconds)
            command = [sys.executable, "-m", "tests.bench.listeners", msgspec.json.encode(plan).decode()]
            with subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as listeners:
                load.run(rate=BESIDE / BATCH)
                _, alone = _phase(listeners, load)
                before_mb = server.memory_mb()
                _read(listeners)
                after_mb = server.memory_mb()
                cores = server.core_seconds()[0]
                heard, beside = _phase(listeners, load, is_ready=True)
                cores = server.core_seconds()[0] - cores
    return Measured(readers, heard, alone, beside, before_mb, after_mb, cores / heard.seconds)


def report(measured: Measured) -> str:
    return table(("what", "is", "at most"), measured.rows())


def _phase(listeners: "subprocess.Popen[str]", load: Generator, *, is_ready: bool = False) -> tuple[Heard, Result]:
    """Both send at once."""
    if not is_ready:
        _read(listeners)
    load.ready()
    assert listeners.stdin is not None
    listeners.stdin.write("go\n")
    listeners.stdin.flush()
    load.start(BESIDE / BATCH)
    result = load.result()
    return msgspec.json.decode(_read(listeners), type=Heard), result


def _read(listeners: "subprocess.Popen[str]") -> str:
    assert listeners.stdout is not None
    line = listeners.stdout.readline().strip()
    if not line:
        raise SystemExit("those who listen failed; their last words are above")
    return line


def _watched(folder: Path) -> list[Watched]:
    file = ControlFile(control_file(prepared(folder)))
    try:
        return [_made(file, number) for number in range(PROJECTS)]
    finally:
        file.close()


def _made(file: ControlFile, number: int) -> Watched:
    made = projects.create(file, system_clock(), name=f"Watched {number}")
    read = keys.create(file, made.project.number, name="read", permissions=["read"], now=system_clock())
    return Watched(made.project.id, made.api_key, read.key)


def _both(result: Result) -> str:
    return f"{result.p50 * 1_000:.1f} / {result.p99 * 1_000:.1f}"
