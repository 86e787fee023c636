"""Runs a command as a shell would: another process, its own argv, what it prints and how it ends."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from tests.forked import Forked, Streams, clean

PATIENCE_S = 120
"""How long a busy machine may take; nothing is concluded from how long it took."""


class Ended(msgspec.Struct, frozen=True):
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The object on the last line."""
        found: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return found


def gosight(*argv: str, folder: Path | None = None, stdin: str = "", **environ: str) -> Ended:
    """With `folder` as its data folder."""
    where = () if folder is None else ("--data-dir", str(folder))
    with TemporaryDirectory() as name:
        streams = Streams(Path(name) / "out", Path(name) / "err", Path(name) / "in")
        streams.stdin.write_text(stdin)
        code = Forked((*argv, *where), clean() | environ, streams).wait(PATIENCE_S)
        return Ended(code, streams.out.read_text(), streams.err.read_text())


def gosight_alone(*argv: str) -> Ended:
    """In a process that has imported nothing before."""
    done = subprocess.run(
        [sys.executable, "-m", "gosight", *argv], capture_output=True, text=True, env=clean(), check=False
    )
    return Ended(done.returncode, done.stdout, done.stderr)
