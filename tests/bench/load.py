"""The load generator: a process of its own that makes its requests first, then sends them over kept connections.

`python -m tests.bench.load PLAN` with a JSON plan; says "ready", waits for a line on stdin before each phase, and
prints one JSON line for it. One epoll loop over plain sockets: some 10 µs a request, so that most of two cores is the
server's.
"""

import gc
import select
import socket
import sys
import time
from collections.abc import Sequence
from typing import Literal

import msgspec

from tests.bench import mix
from tests.bench.machine import percentile

TIMEOUT_SECONDS = 30.0
"""Without any answer for so long a phase is over."""


Form = Literal["native", "track"]
"""As contract 0 or contract 2 writes events."""


class Plan(msgspec.Struct, kw_only=True):
    """What to send. `rate` in requests a second, 0 = as fast as answers come."""

    port: int
    key: str
    form: Form = "native"
    size: int
    connections: int
    phases: list[int]
    """Requests of each phase."""
    seed: str


class Result(msgspec.Struct, kw_only=True):
    """What came of a phase. Times in seconds."""

    requests: int
    acknowledged: int
    """Events that were answered with 200."""
    refused: dict[str, int]
    seconds: float
    p50: float
    p99: float
    slowest: float
    cpu: float
    """Share of one core that the generator itself took."""


def main(plan: Plan) -> None:
    total, now = sum(plan.phases) * plan.size, time.time_ns() // 1_000_000
    made = list(mix.requests(plan.key, total, plan.size, now, plan.seed, is_tracked=plan.form == "track"))
    gc.freeze()
    begin = 0
    for count in plan.phases:
        print("ready", flush=True)
        rate = float(sys.stdin.readline())
        result = drive(plan, made[begin : begin + count], rate)
        print(msgspec.json.encode(result).decode(), flush=True)
        begin += count


def drive(plan: Plan, made: Sequence[bytes], rate: float) -> Result:
    """Send all, `rate` a second (0: one after the other on each connection), and measure from when each was due."""
    sockets = {}
    poll = select.epoll()
    for _ in range(min(plan.connections, len(made))):
        connection = socket.create_connection(("127.0.0.1", plan.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[connection.fileno()] = connection
        poll.register(connection.fileno(), select.EPOLLIN)
    clock = time.perf_counter
    expected = (b'"events_accepted":%d' if plan.form == "track" else b'"accepted":%d') % plan.size
    since: dict[int, float] = {}
    parts: dict[int, bytes] = {}
    taken: list[float] = []
    refused: dict[str, int] = {}
    acknowledged = sent = 0
    idle = list(sockets)
    cpu, begin = time.process_time(), clock()
    while sent < len(made) or since:
        now = clock()
        due = len(made) if rate <= 0 else min(len(made), int((now - begin) * rate) + 1)
        while idle and sent < due:
            fd = idle.pop()
            since[fd] = now if rate <= 0 else begin + sent / rate
            sockets[fd].sendall(made[sent])
            sent += 1
        wait = (
            TIMEOUT_SECONDS if rate <= 0 or not idle or sent == len(made) else max(0.0, begin + sent / rate - clock())
        )
        ready = poll.poll(wait)
        if not ready and wait == TIMEOUT_SECONDS:
            refused["no answer"] = len(since)
            break
        for fd, _ in ready:
            answer = sockets[fd].recv(65_536)
            if fd in parts:
                answer = parts.pop(fd) + answer
            if not answer:
                raise SystemExit("the server closed a connection")
            if not answer.endswith(b"}") or b"\r\n\r\n" not in answer:
                parts[fd] = answer
                continue
            taken.append(clock() - since.pop(fd))
            if expected in answer:
                acknowledged += plan.size
            else:
                problem = answer[9:12].decode() + " " + answer.partition(b"\r\n\r\n")[2][:120].decode()
                refused[problem] = refused.get(problem, 0) + 1
            if rate <= 0 and sent < len(made):
                since[fd] = clock()
                sockets[fd].sendall(made[sent])
                sent += 1
            else:
                idle.append(fd)
    seconds = clock() - begin
    for connection in sockets.values():
        connection.close()
    return Result(
        requests=len(taken),
        acknowledged=acknowledged,
        refused=refused,
        seconds=seconds,
        p50=percentile(taken, 0.5),
        p99=percentile(taken, 0.99),
        slowest=max(taken, default=0.0),
        cpu=(time.process_time() - cpu) / seconds,
    )


if __name__ == "__main__":
    main(msgspec.json.decode(sys.argv[1], type=Plan))
