"""One server to a data folder; and how commands on the same folder find it.

The lock file holds the server's process, address and a word that only who may read the folder can know: by it the
server recognises the operator's own commands.
"""

import fcntl
import os
import secrets
import time
from pathlib import Path
from typing import IO

import msgspec

NAME = "server.lock"
TRIES = 5
TRY_SECONDS = 0.02
"""A command that only looks whether a server runs holds the lock for a moment."""


class CannotServe(Exception):
    """Why the server does not start, in one line for whoever started it."""


class Holder(msgspec.Struct, frozen=True):
    """The server that runs on a folder. `word` is the operator's."""

    pid: int
    url: str = ""
    word: str = ""


class FolderLock:
    """Held by the one process that writes to a data folder; the kernel lets go of it however the process ends."""

    def __init__(self, folder: Path) -> None:
        self._file = _open(folder)
        if not _lock_soon(self._file):
            found = _read(self._file)
            self._file.close()
            told = f" (process {found.pid})" if found else ""
            raise CannotServe(f"another server{told} is using the data folder {folder}; stop it first")
        self._write(Holder(os.getpid()))

    def tell(self, url: str) -> str:
        """Leave word of where the server is; answers the word by which the operator is known."""
        word = secrets.token_urlsafe(24)
        self._write(Holder(os.getpid(), url, word))
        return word

    def _write(self, holder: Holder) -> None:
        self._file.truncate(0)
        self._file.write(msgspec.json.encode(holder).decode() + "\n")
        self._file.flush()

    def release(self) -> None:
        self._file.truncate(0)
        self._file.close()


def holder(folder: Path) -> Holder | None:
    """The server that runs on this folder now; None where there is none."""
    with _open(folder) as file:
        return None if _lock(file) else _read(file)


def _open(folder: Path) -> IO[str]:
    return os.fdopen(os.open(folder / NAME, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "a+")


def _lock_soon(file: IO[str]) -> bool:
    for _ in range(TRIES):
        if _lock(file):
            return True
        time.sleep(TRY_SECONDS)
    return False


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _read(file: IO[str]) -> Holder | None:
    file.seek(0)
    try:
        return msgspec.json.decode(file.read(), type=Holder)
    except msgspec.DecodeError:
        return None
