"""How much of the disk is free."""

import os
import time
from pathlib import Path

CHECK_SECONDS = 1.0


class Disk:
    """Is there less than `least` bytes left? Looked at once a second at most."""

    def __init__(self, folder: Path, least: int) -> None:
        self._folder = folder
        self._least = least
        self._next = 0.0
        self._full = False

    def full(self) -> bool:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + CHECK_SECONDS
            state = os.statvfs(self._folder)
            self._full = state.f_bavail * state.f_frsize < self._least
        return self._full
