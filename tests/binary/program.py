"""The executable as somebody runs it who has copied this one file to a machine: no Python, no environment of ours."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.running import free_port

STARTS_WITHIN = 60
"""Seconds; one file first unpacks 130 MB, and the machine may be busy."""
STOPS_WITHIN = 5
"""Seconds, as promised to whoever stops it."""


class Program:
    """The file at `path`, with data in `folder`."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path = path
        self.folder = folder

    def __call__(self, *argv: str, stdin: str = "") -> dict[str, Any]:
        """Run a command; what it prints on its last line."""
        command = [str(self.path), *argv, "--json", "--data-dir", str(self.folder / "data")]
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, env=self._environment(), cwd=self.folder, check=False
        )
        assert done.returncode == 0, f"{' '.join(argv)}: {done.stderr}"
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    @contextmanager
    def serving(self, **settings: str) -> Iterator[httpx.Client]:
        """A server that answers; at the end it is told to stop, and has to."""
        port = free_port()
        command = [str(self.path), "serve", "--data-dir", str(self.folder / "data"), "--port", str(port)]
        environment = self._environment() | {f"GOSIGHT_{name.upper()}": value for name, value in settings.items()}
        log = self.folder / "serve.log"
        with log.open("ab") as out:
            process = subprocess.Popen(
                command, stdout=out, stderr=out, env=environment, cwd=self.folder, start_new_session=True
            )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
                _wait_for(client, process, log)
                yield client
            process.send_signal(signal.SIGTERM)
            assert process.wait(STOPS_WITHIN) == 0, log.read_text()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "LANG": "C.UTF-8"}


def _wait_for(client: httpx.Client, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            if client.get("/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    raise AssertionError(f"no answer within {STARTS_WITHIN} s: {log.read_text()}")
