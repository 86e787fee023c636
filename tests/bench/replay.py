"""What replay takes: the server's time for a chunk, the disk for a recorded minute, and to read one of many."""

import gzip
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec

from gosight.kit.clock import MINUTE, SECOND, system_clock, to_datetime
from gosight.replay import Chunk, Replays
from tests.bench.machine import percentile, table
from tests.bench.server import PROJECT, Running, running
from tests.bench.stored import FIRST_PROJECT

CHUNK_SECONDS = 10
CHUNKS_A_SESSION = 30
"""Five minutes; each begins with the whole page and goes on with what changes."""
GROUP = 200
_encode = msgspec.json.encode
_WORDS = ("shop", "cart", "price", "delivery", "free", "size", "colour", "more", "compare", "review", "stock", "today")


class Measured(msgspec.Struct):
    """Times in milliseconds."""

    chunks: int
    chunk_bytes: float
    minute_bytes: float
    put: list[float]
    stored: int
    read: list[float]
    listed: list[float]
    memory_mb: float

    def rows(self) -> list[list[object]]:
        put, read, listed = (f"{percentile(times, 0.5):.1f} / {percentile(times, 0.99):.1f}" for times in self._times())
        return [
            [f"POST a chunk of {self.chunk_bytes:,.0f} bytes gzipped, ms p50 / p99", put, ""],
            ["bytes on disk for a recorded minute", f"{self.minute_bytes:,.0f}", ""],
            [f"GET one of {self.stored:,} chunks, ms p50 / p99", read, "20"],
            [f"GET the list of a session's chunks, of {self.stored:,}, ms p50 / p99", listed, ""],
            ["memory after all of it, MiB", f"{self.memory_mb:.0f}", "512"],
        ]

    def _times(self) -> tuple[list[float], list[float], list[float]]:
        return self.put, self.read, self.listed


def measure(chunks: int, stored: int) -> Measured:
    """`chunks` over HTTP one after the other, then as many straight into the file as make `stored`."""
    random = Random("bench/replay")
    begin = system_clock() - CHUNKS_A_SESSION * CHUNK_SECONDS * SECOND
    bodies = [_chunk(random, n, begin) for n in range(CHUNKS_A_SESSION)]
    with TemporaryDirectory(prefix="gosight-bench-") as name:
        folder = Path(name)
        with running(folder) as server:
            put = [_put(server, n, bodies[n % len(bodies)]) for n in range(chunks)]
        on_disk = sum(file.stat().st_size for file in (folder / "projects" / str(FIRST_PROJECT)).glob("replay-*"))
        _fill(folder, bodies, chunks, stored)
        with running(folder) as server:
            sessions = [random.randrange(max(1, stored // CHUNKS_A_SESSION)) for _ in range(200)]
            paths = [f"{_session(n)}/replay/chunks/{random.randrange(CHUNKS_A_SESSION)}" for n in sessions]
            read = [_get(server, path) for path in paths]
            listed = [_get(server, f"{_session(n)}/replay") for n in range(min(50, chunks // CHUNKS_A_SESSION))]
            memory = server.memory_mb()
    return Measured(
        chunks=chunks,
        chunk_bytes=sum(map(len, bodies)) / len(bodies),
        minute_bytes=on_disk / chunks * 60 / CHUNK_SECONDS,
        put=put,
        stored=stored,
        read=read,
        listed=listed,
        memory_mb=memory,
    )


def report(measured: Measured) -> str:
    return table(("what", "is", "at most"), measured.rows())


def _session(number: int) -> str:
    return f"s_{number:08d}"


def _put(server: Running, number: int, body: bytes) -> float:
    session, index = divmod(number, CHUNKS_A_SESSION)
    path = f"/v1/replay?session_id={_session(session)}&index={index}&visitor_id=v_{session}&key={server.write_key}"
    return _timed(server, "POST", path, body)


def _get(server: Running, path: str) -> float:
    return _timed(server, "GET", f"/api/v1/projects/{PROJECT}/sessions/{path}", None)


def _timed(server: Running, method: str, path: str, body: bytes | None) -> float:
    """Milliseconds until the whole answer was there."""
    begin = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, path, body, {"X-GoSight-Key": server.read_key} if method == "GET" else {})
        answer = connection.getresponse()
        told = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise SystemExit(f"{method} {path}: {answer.status} {told[:300]!r}")
    return (time.perf_counter() - begin) * 1_000


def _fill(folder: Path, bodies: list[bytes], there: int, stored: int) -> None:
    """Straight into the file, by the product's own writer."""
    replays = Replays(folder, system_clock)
    try:
        for first in range(there, stored, GROUP):
            waiting = [replays.put(FIRST_PROJECT, _made(n, bodies)) for n in range(first, min(first + GROUP, stored))]
            for one in waiting:
                one.result(60)
            if first // GROUP % 100 == 0:
                print(f"filled {first:,} chunks, {100 * first // stored} %", file=sys.stderr, flush=True)
    finally:
        replays.close()


def _made(number: int, bodies: list[bytes]) -> Chunk:
    session, index = divmod(number, CHUNKS_A_SESSION)
    now = system_clock()
    return Chunk(
        session_id=_session(session),
        index=index,
        starts_at=now - MINUTE,
        ends_at=now,
        events=100,
        received_at=now,
        body=bodies[index],
        has_snapshot=index == 0,
    )


def _chunk(random: Random, number: int, begin: int) -> bytes:
    """Ten seconds of a page: in the first chunk the whole of it, then moves, scrolls and changes."""
    at = int(to_datetime(begin).timestamp() * 1_000) + number * CHUNK_SECONDS * 1_000
    events: list[dict[str, object]] = []
    if number == 0:
        size = {"href": "https://shop.example.com/", "width": 1_200, "height": 800}
        events.append({"type": 4, "timestamp": at, "data": size})
        root = {"type": 0, "id": 1, "childNodes": [_node(random, n) for n in range(2, 900)]}
        events.append({"type": 2, "timestamp": at, "data": {"node": root, "initialOffset": {"left": 0, "top": 0}}})
    for n in range(20):
        moves = [
            {"x": random.randint(0, 1_200), "y": random.randint(0, 800), "id": random.randint(2, 900), "timeOffset": -t}
            for t in range(450, 0, -50)
        ]
        events.append({"type": 3, "timestamp": at + n * 500, "data": {"source": 1, "positions": moves}})
    for n in range(15):
        added = [{"parentId": random.randint(2, 900), "nextId": None, "node": _node(random, 1_000 + number * 100 + n)}]
        change = {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": added}
        events.append({"type": 3, "timestamp": at + n * 650, "data": change})
    return gzip.compress(_encode(events), 6, mtime=0)


def _node(random: Random, number: int) -> dict[str, object]:
    text = " ".join(random.choice(_WORDS) for _ in range(random.randint(2, 12)))
    inner = {"type": 3, "id": 10_000 + number, "textContent": text}
    classes = f"card card-{random.randint(1, 40)} {random.choice(_WORDS)}"
    return {"type": 2, "id": number, "tagName": "div", "attributes": {"class": classes}, "childNodes": [inner]}
