"""What the process takes of the machine, as the machine says it."""

import os
import resource
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

_STATM = Path("/proc/self/statm")


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    """At one moment. `cpu_seconds`: used since the start, by all threads."""

    memory_bytes: int
    cpu_seconds: float
    database_memory_bytes: int
    open_files: int
    waiting: int
    """Batches that wait for a writer."""
    disk_free_bytes: int


def look(folder: Path, database_memory: Callable[[], int], waiting: Callable[[], int]) -> Vitals:
    """`folder` is where the data is."""
    times = os.times()
    return Vitals(
        memory_bytes=_memory(),
        cpu_seconds=times.user + times.system,
        database_memory_bytes=database_memory(),
        open_files=_open_files(),
        waiting=waiting(),
        disk_free_bytes=shutil.disk_usage(folder).free,
    )


def _memory() -> int:
    """Resident now; where there is no /proc, at most so far."""
    if _STATM.exists():
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _open_files() -> int:
    """The folder itself is open while it is read."""
    return len(os.listdir("/proc/self/fd" if _STATM.exists() else "/dev/fd")) - 1
