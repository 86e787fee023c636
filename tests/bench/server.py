"""A real `gosight serve` in a folder of its own, with a project and keys, made as the command line makes them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import msgspec

from tests.running import Server, free_port

PROJECT = "bench"
START_SECONDS = 20.0
STOP_SECONDS = 30.0


class Running(msgspec.Struct, frozen=True):
    """A server: where it is, and the keys to its one project."""

    folder: Path
    port: int
    pid: int
    write_key: str
    read_key: str
    seconds_to_first_answer: float
    """From the start until `/health` answers: from then on events are taken in."""
    seconds_to_api: float
    """From the start until a route of the API answers."""

    def memory_mb(self) -> float:
        """Resident memory of the process, MiB."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("no VmRSS: memory is measured on Linux only")

    def core_seconds(self) -> tuple[float, float]:
        """Time that its threads ran on a core, and time that they waited for one which something else had."""
        ran = waited = 0
        for file in Path(f"/proc/{self.pid}/task").glob("*/schedstat"):
            fields = file.read_text().split()
            ran, waited = ran + int(fields[0]), waited + int(fields[1])
        return ran / 1e9, waited / 1e9


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """Start on a folder, made where it is missing; at the end SIGTERM, and wait until it has closed its files."""
    write_key, read_key = _keys(folder)
    port = free_port()
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "gosight", "serve", "--data-dir", str(folder), "--port", str(port)],
        env=_environment(),
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(process, port, "/health")
        health = time.perf_counter() - begin
        _wait_for(process, port, "/api/v1/setup")
        api = time.perf_counter() - begin
        yield Running(folder, port, process.pid, write_key, read_key, health, api)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)


def _environment() -> dict[str, str]:
    """No limits, and the load generator's word on whom it stands for is believed. Compiled modules are kept, as where
    the product is installed."""
    limits = {f"GOSIGHT_LIMITS__{what}_PER_MINUTE": "0" for what in ("EVENTS", "READS", "WRITES", "AUTH", "SQL")}
    limits["GOSIGHT_LIMITS__REALTIME_CONNECTIONS"] = "0"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return environment | limits | {"GOSIGHT_SERVER__TRUSTED_PROXIES": "127.0.0.1"}


def _keys(folder: Path) -> tuple[str, str]:
    kept = folder / "bench-keys.json"
    if not kept.exists():
        site = Server(folder).site(id_=PROJECT)
        kept.write_bytes(msgspec.json.encode((site.write_key, site.read_key)))
    return msgspec.json.decode(kept.read_bytes(), type=tuple[str, str])


def _wait_for(process: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"gosight serve ended with {process.returncode} before it answered")
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.005)
        finally:
            connection.close()
    raise SystemExit(f"gosight serve did not answer within {START_SECONDS:g} s")
