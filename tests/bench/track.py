"""What contract 2 costs beside native ingest, in one run on one machine; and 500 readers of the event stream.

Native and tracked requests carry the same events of the same browsers, and run one after the other on servers of their
own, in two rounds that begin with either: what the machine does meanwhile hits both alike.
"""

import select
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

import msgspec

from tests.bench import stored
from tests.bench.generator import Generator
from tests.bench.ingest import SHAPES, Shape
from tests.bench.load import Form, Result
from tests.bench.machine import percentile, table
from tests.bench.server import PROJECT, Running, running

FORMS: tuple[Form, ...] = ("native", "track")
ROUNDS = 2
READERS = 500
RATE = 200
"""Events a second, each told to every reader."""
HEAD = ("events/request", "native/s", "track/s", "track of native", "native p99 ms", "track p99 ms", "stored")


class Compared(msgspec.Struct):
    """One shape's runs of either form, and what of both was acknowledged and stored."""

    shape: Shape
    runs: dict[str, list[Result]]
    acknowledged: int
    stored: int

    def rate(self, form: Form) -> float:
        return mean(run.acknowledged / run.seconds for run in self.runs[form])

    def row(self) -> list[object]:
        p99 = [max(run.p99 for run in self.runs[form]) * 1_000 for form in FORMS]
        share = f"{self.rate('track') / self.rate('native'):.0%}"
        return [self.shape.size, *(round(self.rate(form)) for form in FORMS), share, *p99, self.stored]


def measure(
    seconds: float, events: int | None, sizes: Sequence[int] = (1, 10, 100), rounds: int = ROUNDS
) -> list[Compared]:
    """`events` in each run, or as many as the shape's target has in `seconds`."""
    wanted = [shape for shape in SHAPES if shape.size in sizes]
    return [_compare(shape, events or round(shape.target * seconds), rounds) for shape in wanted]


def _compare(shape: Shape, events: int, rounds: int) -> Compared:
    compared = Compared(shape, {form: [] for form in FORMS}, 0, 0)
    for turn in range(rounds):
        for form in FORMS if turn % 2 == 0 else FORMS[::-1]:
            _run(compared, shape, form, events)
    return compared


def _run(compared: Compared, shape: Shape, form: Form, events: int) -> None:
    count = max(shape.connections, events // shape.size)
    with TemporaryDirectory(prefix="gosight-bench-") as name:
        folder = Path(name)
        phases = (max(10, count // 10), count)
        with (
            running(folder) as server,
            Generator(
                server, size=shape.size, connections=shape.connections, phases=phases, seed="ingest", form=form
            ) as load,
        ):
            warm, full = load.run(), load.run()
        compared.runs[form].append(full)
        compared.acknowledged += warm.acknowledged + full.acknowledged
        compared.stored += stored.count(folder)


class Streamed(msgspec.Struct):
    """What 500 readers heard. Delays in milliseconds, from an event's acknowledgement to its arrival."""

    readers: int
    sent: int
    expected: int
    received: int
    lost: int
    p50: float
    p99: float
    kib_a_reader: float
    server_cores: float


def stream(readers: int = READERS, seconds: float = 5.0, rate: float = RATE) -> Streamed:
    with TemporaryDirectory(prefix="gosight-bench-") as name, running(Path(name)) as server:
        warm = _Line(server)
        warm.send(0)
        warm.answered()
        before = server.memory_mb()
        listeners = [_listener(server) for _ in range(readers)]
        memory = (server.memory_mb() - before) * 1024 / max(1, readers)
        begun = server.core_seconds()[0]
        return _drive(server, listeners, max(1, round(rate * seconds)), rate, memory, begun)


def _drive(
    server: Running, listeners: list[socket.socket], total: int, rate: float, memory: float, begun: float
) -> Streamed:
    poll = select.epoll()
    by_fd = {one.fileno(): one for one in listeners}
    for fd in by_fd:
        poll.register(fd, select.EPOLLIN)
    lines = [_Line(server) for _ in range(4)]
    idle = list(lines)
    busy = {line.fd: line for line in lines}
    for fd in busy:
        poll.register(fd, select.EPOLLIN)
    clock = time.perf_counter
    acknowledged: dict[int, float] = {}
    arrivals: list[tuple[int, float]] = []
    parts: dict[int, bytes] = {}
    sent = lost = 0
    begin = clock()
    until = begin + total / rate + 10
    while len(arrivals) + lost < total * len(listeners) and clock() < until:
        while idle and sent < total and clock() >= begin + sent / rate:
            idle.pop().send(sent + 1)
            sent += 1
        for fd, _ in poll.poll(0.002):
            now = clock()
            if fd in busy:
                acknowledged[busy[fd].answered()] = now
                idle.append(busy[fd])
                continue
            text = parts.pop(fd, b"") + by_fd[fd].recv(262_144)
            whole, _, rest = text.rpartition(b"\n\n")
            parts[fd] = rest
            for piece in whole.split(b'"event_name":"')[1:]:
                arrivals.append((int(piece[: piece.index(b'"')]), now))
            lost += whole.count(b"event: lost")
    spent = (server.core_seconds()[0] - begun) / (clock() - begin)
    for one in listeners:
        one.close()
    delays = [max(0.0, at - acknowledged[number]) * 1_000 for number, at in arrivals if number in acknowledged]
    return Streamed(
        readers=len(listeners),
        sent=sent,
        expected=total * len(listeners),
        received=len(arrivals),
        lost=lost,
        p50=percentile(delays, 0.5),
        p99=percentile(delays, 0.99),
        kib_a_reader=memory,
        server_cores=spent,
    )


class _Line:
    """A connection that tracks one event at a time, named by its number."""

    def __init__(self, server: Running) -> None:
        self._key = server.write_key
        self._connection = socket.create_connection(("127.0.0.1", server.port))
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.fd = self._connection.fileno()
        self._number = 0

    def send(self, number: int) -> None:
        self._number = number
        body = msgspec.json.encode(
            {
                "customer_id": PROJECT,
                "visitor_id": f"v{number % 100}",
                "event_type": "step",
                "event_name": str(number),
                "page_url": f"https://shop.example.com/products/{number % 50}",
            }
        )
        head = f"POST /track HTTP/1.1\r\nHost: localhost\r\nX-GoSight-Key: {self._key}\r\n"
        self._connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def answered(self) -> int:
        """The number of the event that was acknowledged."""
        answer = self._connection.recv(65_536)
        while not answer.endswith(b"}"):
            answer += self._connection.recv(65_536)
        if b'"events_accepted":1' not in answer:
            raise SystemExit(f"an event was refused: {answer!r}")
        return self._number


def _listener(server: Running) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port))
    head = f"GET /events/stream/{PROJECT} HTTP/1.1\r\nHost: localhost\r\nX-GoSight-Key: {server.read_key}\r\n\r\n"
    connection.sendall(head.encode())
    answer = b""
    while b"retry:" not in answer:
        answer += connection.recv(65_536)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"a reader was not let in: {answer!r}")
    return connection


def report(compared: list[Compared], streamed: Streamed) -> str:
    lines = [table(HEAD, [one.row() for one in compared])]
    for one in compared:
        wrong = [run.refused for runs in one.runs.values() for run in runs if run.refused]
        if wrong or one.stored != one.acknowledged:
            lines.append(f"{one.shape.size}: stored {one.stored} of {one.acknowledged} acknowledged; refused {wrong}")
    lines.append(
        f"\nstream: {streamed.readers} readers, {streamed.sent} events, {streamed.received} of {streamed.expected} "
        f"told, {streamed.lost} lost; after {streamed.p50:.0f} ms (p50), {streamed.p99:.0f} ms (p99); "
        f"{streamed.kib_a_reader:.0f} KiB a reader, {streamed.server_cores:.2f} cores of the server"
    )
    return "\n".join(lines)
