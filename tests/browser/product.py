"""The product itself, started as a person starts it."""

import atexit
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import msgspec

from tests.cli.run import gosight
from tests.forked import Forked, Streams
from tests.running import free_port

PASSWORD = "correct horse battery"
EMAIL = "olga@example.com"
PATIENCE_S = 30
"""How long a busy machine may take; nothing is concluded from how long it took."""
STEP_S = 0.05
HTTP = httpx.Client(trust_env=False)
"""One for all: a new one reads every certificate that the machine trusts, 27 ms of a core."""
UNLIMITED = {f"limits__{what}_per_minute": "0" for what in ("reads", "writes", "auth")}


class Product:
    """`gosight serve` on a port of its own, with one member and one project; or with nothing yet."""

    def __init__(self, folder: Path, *, empty: bool = False) -> None:
        self.folder = folder
        self.log = folder.parent / "serve.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: Forked | None = None
        self.token = ""
        if empty:
            return
        first = _first()
        shutil.copytree(first.folder, folder, dirs_exist_ok=True)
        self.project: str = first.project["id"]
        self.key: str = first.project["api_key"]

    def run(self, *command: str, stdin: str = "") -> dict[str, Any]:
        """A command; its last line."""
        return _run(self.folder, *command, stdin=stdin)

    def start(self, **settings: str) -> None:
        """Nobody counts how often it is asked unless `settings` say so."""
        environment = os.environ | {f"GOSIGHT_{name.upper()}": value for name, value in (UNLIMITED | settings).items()}
        argv = ("serve", "--data-dir", str(self.folder), "--port", str(self.port))
        self.process = Forked(argv, environment, Streams(self.log, self.log))
        self.wait_for(self.answers)

    def answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            return HTTP.get(f"{self.url}/health").status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE_S)

    def ask(self, method: str, path: str = "", body: object = None, **query: Any) -> Any:
        """`data` of an answer about the project, as its owner gets it."""
        base = f"{self.url}/api/v1"
        if not self.token:
            signed_in = HTTP.post(f"{base}/auth/login", json={"email": EMAIL, "password": PASSWORD}).json()
            self.token = signed_in["data"]["access_token"]
        headers = {"Authorization": f"Bearer {self.token}"}
        address = f"{base}/projects/{self.project}{path}"
        answer = HTTP.request(method, address, json=body, params=query or None, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def said(self) -> str:
        """What it wrote on its terminal."""
        return (self.folder.parent / "serve.log").read_text()

    def read(self, path: str, **query: Any) -> Any:
        return self.ask("GET", path, **query)

    def wait_for(self, found: Callable[[], Any]) -> Any:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if value := found():
                return value
            time.sleep(STEP_S)
        raise AssertionError(f"it did not come; the server says {self.log.read_text()}")


class _First(msgspec.Struct, frozen=True):
    """What every product with a member and a project begins as; its two commands would take a second each time."""

    folder: Path
    project: dict[str, Any]


@cache
def _first() -> _First:
    folder = Path(tempfile.mkdtemp(prefix="gosight-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _run(folder, "user", "add", EMAIL, "--name", "Olga", "--password-stdin", stdin=PASSWORD + "\n")
    return _First(folder, _run(folder, "project", "add", "Shop", "--owner", EMAIL, "--domain", "127.0.0.1"))


def _run(folder: Path, *command: str, stdin: str = "") -> dict[str, Any]:
    ended = gosight(*command, "--json", folder=folder, stdin=stdin)
    assert ended.code == 0, ended.err
    return ended.json
