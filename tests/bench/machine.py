"""What a measurement was made on, and tables to print it in."""

import os
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import gosight

ROOT = Path(__file__).resolve().parents[2]


def describe() -> str:
    """Machine, versions and commit in three lines."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "granian", "msgspec", "apsw"))
    return "\n".join(
        [
            f"machine  {_processor()}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB, {platform.platform()}",
            f"with     Python {platform.python_version()}, {parts}",
            f"commit   {_commit()} (gosight {gosight.__version__})",
        ]
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    found = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(found, platform.machine())


def _commit() -> str:
    git = ["git", "-C", str(ROOT)]
    try:
        head = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True).stdout
        changed = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return head.strip() + (" with changes" if changed.strip() else "")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns lined up: the first to the left, numbers to the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(line[at]) for line in [list(head), *cells]) for at in range(len(head))]
    lines = [_line(head, widths), _line(["-" * width for width in widths], widths)]
    return "\n".join([*lines, *(_line(row, widths) for row in cells)])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.ljust(width) if at == 0 else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all are at or below (nearest rank); 0 of nothing."""
    ordered = sorted(values)
    return (
        ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * round(share * 1_000) // 1_000) - 1))] if ordered else 0.0
    )
