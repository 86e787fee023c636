"""Those who listen, and whom they hear: a process of its own, `python -m tests.bench.listeners PLAN`.

It sends events to a few projects at a steady pace, first while nobody listens and then while many do, and notes for
each message how long after the event's acknowledgement it came. All requests are made beforehand; one epoll loop over
plain sockets, which reads a frame in some 3 µs.
"""

import gc
import json
import select
import socket
import struct
import sys
import time

import msgspec

from tests.bench.machine import percentile

LINES = 4
"""Connections that a project's events come over: they keep their pace also where an answer takes longer than that."""

GRACE_SECONDS = 5.0
"""How long after the last event messages are waited for."""


class Watched(msgspec.Struct, frozen=True):
    """A project that is listened to."""

    id: str
    write_key: str
    read_key: str


class Plan(msgspec.Struct, kw_only=True):
    """`readers` in all, spread over the projects; `rate`: events a second in each of them, for `seconds`."""

    port: int
    projects: list[Watched]
    readers: int
    rate: float
    seconds: float


class Heard(msgspec.Struct, kw_only=True):
    """Delays in milliseconds, from the acknowledgement to the arrival; those that came before it count as 0."""

    sent: int
    expected: int
    received: int
    dropped: int
    p50: float
    p99: float
    slowest: float
    seconds: float
    cpu: float


class Listener:
    """One reader: what has arrived of a frame so far."""

    def __init__(self, connection: socket.socket, project: int) -> None:
        self.connection = connection
        self.project = project
        self.rest = b""


class Run:
    """One phase: every project's next event is due, is sent, is acknowledged, and is heard."""

    def __init__(self, plan: Plan, listeners: list[Listener]) -> None:
        self._plan = plan
        self._listeners = {one.connection.fileno(): one for one in listeners}
        self._poll = select.epoll()
        self._senders: dict[int, tuple[socket.socket, int]] = {}
        self._answers: dict[int, bytes] = {}
        self._sent: dict[int, int] = {}
        self._acknowledged: dict[tuple[int, int], float] = {}
        self._arrivals: list[tuple[tuple[int, int], float]] = []
        self.dropped = 0
        for fd in self._listeners:
            self._poll.register(fd, select.EPOLLIN)
        for at in range(LINES * len(plan.projects)):
            connection = socket.create_connection(("127.0.0.1", plan.port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._senders[connection.fileno()] = (connection, at % len(plan.projects))
            self._poll.register(connection.fileno(), select.EPOLLIN)

    def drive(self, made: list[list[bytes]]) -> Heard:
        """`made`: a project's requests, each an event named by its number."""
        plan, clock = self._plan, time.perf_counter
        busy: set[int] = set()
        next_of = [0] * len(plan.projects)
        total = len(made[0])
        heard_by = [0] * len(plan.projects)
        for one in self._listeners.values():
            heard_by[one.project] += 1
        expected = sum(readers * total for readers in heard_by)
        cpu, begin = time.process_time(), clock()
        end = begin + total / plan.rate + GRACE_SECONDS
        while clock() < end:
            now = clock()
            for fd, (connection, project) in self._senders.items():
                number = next_of[project]
                due = begin + (number + project / len(plan.projects)) / plan.rate
                if number < total and fd not in busy and now >= due:
                    busy.add(fd)
                    next_of[project] = number + 1
                    self._sent[fd] = number
                    connection.sendall(made[project][number])
            for fd, _ in self._poll.poll(0.002):
                if fd in self._senders:
                    if self._answered(fd, clock()):
                        busy.discard(fd)
                else:
                    self._hear(self._listeners[fd], clock())
            is_sent = not busy and all(number == total for number in next_of)
            if is_sent and len(self._arrivals) + self.dropped >= expected:
                break
        seconds = clock() - begin
        cpu = (time.process_time() - cpu) / seconds
        for connection, _ in self._senders.values():
            connection.close()
        delays = [
            max(0.0, at - self._acknowledged[event]) * 1_000
            for event, at in self._arrivals
            if event in self._acknowledged
        ]
        return Heard(
            sent=len(self._acknowledged),
            expected=expected,
            received=len(self._arrivals),
            dropped=self.dropped,
            p50=percentile(delays, 0.5),
            p99=percentile(delays, 0.99),
            slowest=max(delays, default=0.0),
            seconds=seconds,
            cpu=cpu,
        )

    def _answered(self, fd: int, now: float) -> bool:
        connection, project = self._senders[fd]
        answer = self._answers.pop(fd, b"") + connection.recv(65_536)
        if not answer.endswith(b"}"):
            if not answer:
                raise SystemExit("the server closed a connection")
            self._answers[fd] = answer
            return False
        if b'"accepted":1' not in answer:
            raise SystemExit(f"an event was refused: {answer!r}")
        self._acknowledged[project, self._sent[fd]] = now
        return True

    def _hear(self, listener: Listener, now: float) -> None:
        for frame in frames(listener):
            at = frame.find(b'"name":"')
            if at > 0:
                number = int(frame[at + 8 : frame.index(b'"', at + 8)])
                self._arrivals.append(((listener.project, number), now))
            elif frame.startswith(b'{"type":"dropped"'):
                self.dropped += json.loads(frame)["data"]["count"]


def frames(listener: Listener) -> list[bytes]:
    """What has arrived whole. The server's frames are not masked, and none is longer than 64 KiB."""
    arrived = listener.connection.recv(262_144)
    if not arrived:
        raise SystemExit("the server closed a reader's connection")
    data, at, found = listener.rest + arrived, 0, []
    while len(data) - at >= 2:
        length, head = data[at + 1], 2
        if length == 126:
            if len(data) - at < 4:
                break
            length, head = int.from_bytes(data[at + 2 : at + 4], "big"), 4
        if len(data) - at < head + length:
            break
        found.append(data[at + head : at + head + length])
        at += head + length
    listener.rest = data[at:]
    return found


def main(plan: Plan) -> None:
    total = max(1, round(plan.rate * plan.seconds))
    phases = [_made(plan, total, phase) for phase in ("alone", "heard")]
    gc.freeze()
    print("ready", flush=True)
    sys.stdin.readline()
    _print(Run(plan, []).drive(phases[0]))
    listeners = [_connected(plan, at % len(plan.projects)) for at in range(plan.readers)]
    print("ready", flush=True)
    sys.stdin.readline()
    _print(Run(plan, listeners).drive(phases[1]))


def _print(heard: Heard) -> None:
    print(msgspec.json.encode(heard).decode(), flush=True)


def _made(plan: Plan, total: int, phase: str) -> list[list[bytes]]:
    return [[_request(project, phase, number) for number in range(total)] for project in plan.projects]


def _request(project: Watched, phase: str, number: int) -> bytes:
    event = {"type": "step", "name": str(number), "url": f"https://shop.example.com/products/{number % 50}"}
    body = msgspec.json.encode({"session_id": f"s_{phase}_{number % 40}", "visitor_id": "v_1", "events": [event]})
    head = f"POST /v1/events HTTP/1.1\r\nHost: localhost\r\nX-GoSight-Key: {project.write_key}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _connected(plan: Plan, project: int) -> Listener:
    watched = plan.projects[project]
    connection = socket.create_connection(("127.0.0.1", plan.port))
    head = (
        f"GET /api/v1/projects/{watched.id}/realtime HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    connection.sendall(head.encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65_536)
    if not answer.startswith(b"HTTP/1.1 101"):
        raise SystemExit(f"a reader was not let in: {answer!r}")
    listener = Listener(connection, project)
    listener.rest = answer.partition(b"\r\n\r\n")[2]
    connection.sendall(_frame({"type": "auth", "token": watched.read_key}))
    connection.sendall(_frame({"type": "subscribe", "channels": ["events"]}))
    while not any(b'"subscribed"' in frame for frame in frames(listener)):
        pass
    return listener


def _frame(message: dict[str, object]) -> bytes:
    """As a client sends it: masked, with a mask that changes nothing."""
    text = msgspec.json.encode(message)
    length = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + struct.pack(">H", len(text))
    return b"\x81" + length + bytes(4) + text


if __name__ == "__main__":
    main(msgspec.json.decode(sys.argv[1], type=Plan))
