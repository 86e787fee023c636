"""Runs the load generator in its own process, phase by phase."""

import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import msgspec

from tests.bench.load import Form, Plan, Result
from tests.bench.machine import ROOT
from tests.bench.server import Running


class Generator:
    """A generator whose requests are made when `ready` answers; then one `run` for each phase."""

    def __init__(
        self,
        server: Running,
        *,
        size: int,
        connections: int,
        phases: Sequence[int],
        seed: str,
        form: Form = "native",
    ) -> None:
        plan = Plan(
            port=server.port,
            key=server.write_key,
            form=form,
            size=size,
            connections=connections,
            phases=list(phases),
            seed=seed,
        )
        command = [sys.executable, "-m", "tests.bench.load", msgspec.json.encode(plan).decode()]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ready(self) -> None:
        if self._read() != "ready":
            raise SystemExit("the load generator failed before it was ready")

    def start(self, rate: float = 0) -> None:
        """Let the phase begin: `rate` requests a second, 0 = as fast as answers come."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{rate}\n")
        self._process.stdin.flush()

    def result(self) -> Result:
        """Wait for the end of the phase."""
        line = self._read()
        if not line:
            raise SystemExit("the load generator failed; its last words are above")
        return msgspec.json.decode(line, type=Result)

    def run(self, rate: float = 0) -> Result:
        self.ready()
        self.start(rate)
        return self.result()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()
