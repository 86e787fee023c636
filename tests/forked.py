"""`gosight ARGV`, forked from a process that has imported the product: a second of work that each is spared.

That it starts from nothing as well is seen where the command line, the executable and the README are tested.
"""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import NoReturn

import msgspec

from gosight import cli

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.preloaded"])


def clean() -> dict[str, str]:
    """The environment without settings of the product."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GOSIGHT_")}


class Streams(msgspec.Struct, frozen=True):
    """The files that a command reads and writes; what is in `out` and `err` stays, and is written on."""

    out: Path
    err: Path
    stdin: Path = Path(os.devnull)


class Forked:
    """A command that runs."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str], streams: Streams) -> None:
        self._process = _FORKS.Process(target=_gosight, args=(tuple(argv), dict(environment), streams))
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """How it ended, as a shell has it from Python's subprocess: None while it runs, below 0 by a signal."""
        return self._process.exitcode

    def wait(self, seconds: float) -> int:
        self._process.join(seconds)
        code = self._process.exitcode
        assert code is not None, f"it still runs after {seconds} s"
        return code

    def send_signal(self, how: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, how)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _gosight(argv: Sequence[str], environment: Mapping[str, str], streams: Streams) -> NoReturn:
    """In the new process: what `gosight` does."""
    for number, file, flags in (
        (0, streams.stdin, os.O_RDONLY),
        (1, streams.out, os.O_WRONLY | os.O_APPEND | os.O_CREAT),
        (2, streams.err, os.O_WRONLY | os.O_APPEND | os.O_CREAT),
    ):
        os.dup2(os.open(file, flags, 0o600), number)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - multiprocessing has put another in its place
    os.environ.clear()
    os.environ.update(environment)
    sys.exit(cli.main(argv))
