"""Runs a command as a shell would: another process, its own argv, what it prints and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec


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
    where = ["--data-dir", str(folder)] if folder is not None else []
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GOSIGHT_")}
    done = subprocess.run(
        [sys.executable, "-m", "gosight", *argv, *where],
        input=stdin,
        capture_output=True,
        text=True,
        env=clean | environ,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)
