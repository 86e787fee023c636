"""The server as it runs: a process of its own, asked over HTTP, stopped and killed as machines do it."""

import json
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import msgspec

from gosight.control import keys, projects
from gosight.kit.clock import system_clock
from gosight.store.folder import control_file, prepared
from gosight.store.sqlite import ControlFile
from tests.forked import Forked, Streams, clean

PATIENCE_S = 60
"""How long a busy machine may take; nothing is concluded from how long it took."""
STEP_S = 0.02
UNLIMITED = {f"limits__{what}_per_minute": "0" for what in ("events", "reads", "writes", "auth", "sql")}


class Answer(msgspec.Struct, frozen=True):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        assert self.status == 200, self.body
        return self.json["data"]

    @property
    def error(self) -> tuple[int, str, str]:
        """Status, code and message of what must be a whole error envelope."""
        told = self.json
        assert set(told) == {"success", "error"}
        assert told["success"] is False
        return self.status, told["error"]["code"], told["error"]["message"]


class Site(msgspec.Struct, frozen=True):
    """A project with a key for its pages and one that reads."""

    server: "Server"
    id: str
    number: int
    write_key: str
    read_key: str

    def send(self, *events: Mapping[str, Any], **batch: Any) -> Answer:
        """A batch, as the SDK sends it."""
        return self.post(json.dumps({**batch, "events": list(events)}).encode())

    def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        return self.server.ask("POST", "/v1/events", body, {"X-GoSight-Key": self.write_key, **(headers or {})})

    def read(self, path: str) -> Answer:
        return self.server.ask("GET", f"/api/v1/projects/{self.id}{path}", headers={"X-GoSight-Key": self.read_key})

    def count(self, since: str = "2020-01-01") -> int:
        """Events stored."""
        count: int = self.read(f"/overview?start_date={since}").data["summary"]["events"]
        return count


class Server:
    """`gosight serve` on a port of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.log = folder.parent / f"{folder.name}.log"
        self.settings = {**UNLIMITED, **settings}
        self.port = free_port()
        self.process: Forked | None = None

    def start(self) -> "Server":
        self.process = self.spawn()
        until = time.monotonic() + PATIENCE_S
        while not self._answers():
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(STEP_S)
        return self

    def spawn(self, port: int | None = None) -> Forked:
        """The process alone, without waiting."""
        environment = clean() | {f"GOSIGHT_{name.upper()}": value for name, value in self.settings.items()}
        argv = ("serve", "--data-dir", str(self.folder), "--port", str(port or self.port))
        return Forked(argv, environment, Streams(self.log, self.log))

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.ask("GET", "/health").status == 200
        except OSError:
            return False

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """How the process ended."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def site(self, **chosen: Any) -> Site:
        """A new project, made as the command line makes it."""
        with self.control() as control:
            made = projects.create(control, system_clock(), name="Site", **chosen)
            number = made.project.number
            read = keys.create(control, number, name="read", permissions=["read"], now=system_clock())
        return Site(self, made.project.id, number, made.api_key, read.key)

    @contextmanager
    def control(self) -> Iterator[ControlFile]:
        file = ControlFile(control_file(prepared(self.folder)))
        try:
            yield file
        finally:
            file.close()


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Server]:
    server = Server(folder, **settings).start()
    try:
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            server.process.kill()
            server.process.wait(PATIENCE_S)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
