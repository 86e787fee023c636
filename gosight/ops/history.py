"""The last 24 hours of what `kit.meters` counts and of what the process takes, in memory: in steps of 15 s for an hour,
of 5 minutes for a day. It begins anew with the process.

Bound: a project takes 32 numbers of 4 bytes in each of 528 steps, 68 kB; with PROJECTS of them 6.8 MB. Of more, the one
that was quiet for longest gives way.
"""

import math
import threading
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

import msgspec

from gosight.kit.clock import HOUR, SECOND, Clock
from gosight.kit.meters import INGESTION_BOUNDS, KNOWN_TYPES, QUERY_BOUNDS, Meters, Spread
from gosight.ops.vitals import Vitals

STEP_SECONDS = 15
COARSE = 20
"""Fine steps in a coarse one: 5 minutes."""
FINE_STEPS = 240
COARSE_STEPS = 288
PROJECTS = 100
OTHER = "other"

COUNTED: dict[str, tuple[str, ...]] = {
    "received": (*sorted(KNOWN_TYPES), "custom", OTHER),
    "dropped": ("invalid", "rate_limited", "unavailable", OTHER),
    "sql": ("ok", "refused", "failed", OTHER),
    "ai": ("model", "catalogue", "cache", "failed", OTHER),
}
"""What is counted by project, each by its kinds; one that is not known here is `other`."""
TIMED: dict[str, tuple[float, ...]] = {"ingestion": INGESTION_BOUNDS, "sql": QUERY_BOUNDS, "ai": QUERY_BOUNDS}
"""What is timed by project, with the upper bounds of its buckets in seconds."""
SHARES = (0.5, 0.99)

_PLACE = {key: place for place, key in enumerate((of, kind) for of, kinds in COUNTED.items() for kind in kinds)}
_COUNTS = len(_PLACE)
_BUCKETS: dict[str, slice] = {}
_end = _COUNTS
for _name, _bounds in TIMED.items():
    _BUCKETS[_name] = slice(_end, _end + len(_bounds) + 1)
    _end = _BUCKETS[_name].stop
_SUMS = _end
"""How many sums a project has: counts, then buckets."""
_WIDTH = _COUNTS + len(TIMED) * len(SHARES)
"""How many numbers of it a step keeps: counts, then the latencies made of the buckets."""

Sums = list[int]


class Reach(StrEnum):
    hour = "1h"
    six_hours = "6h"
    day = "24h"

    @property
    def hours(self) -> int:
        return int(self.value[:-1])


class Step(msgspec.Struct, frozen=True):
    """`at`: its end, in microseconds."""

    at: int
    seconds: float


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What the process took in a step: CPU on average (100 is one core), of the rest the most, of the free disk the
    least."""

    cpu_percent: float
    memory_bytes: int
    database_memory_bytes: int
    open_files: int
    waiting: int
    disk_free_bytes: int


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """Steps of one range with what happened in them. `rows`: one project's, as `count` and `latency` read them."""

    since: int
    """When counting began, in microseconds."""
    step_seconds: int
    steps: list[Step]
    loads: list[Load]
    rows: "list[array[float]]"

    def counts(self, of: str, kind: str) -> list[float]:
        """How many in each step."""
        return [row[_PLACE[of, kind]] for row in self.rows]

    def latency(self, of: str, share: float) -> list[float | None]:
        """In ms; None where nothing was timed."""
        place = _COUNTS + list(TIMED).index(of) * len(SHARES) + SHARES.index(share)
        return [None if math.isnan(row[place]) else round(row[place], 2) for row in self.rows]

    def total(self, of: str) -> float:
        """How many of all kinds, in all steps."""
        kinds = COUNTED[of]
        first = _PLACE[of, kinds[0]]
        return sum(sum(row[first : first + len(kinds)]) for row in self.rows)


class _Ring:
    """The last rows of a project; where there was none, nothing happened."""

    def __init__(self, size: int) -> None:
        self._cells = array("f", _QUIET) * size
        self._size = size

    def put(self, step: int, row: "array[float]") -> None:
        begin = step % self._size * _WIDTH
        self._cells[begin : begin + _WIDTH] = row

    def get(self, step: int) -> "array[float]":
        begin = step % self._size * _WIDTH
        return self._cells[begin : begin + _WIDTH]


class _Project:
    def __init__(self, step: int) -> None:
        self.fine = _Ring(FINE_STEPS)
        self.coarse = _Ring(COARSE_STEPS)
        self.growing: Sums = [0] * _SUMS
        """Of the coarse step that is not over."""
        self.busy_at = step
        """The last fine step in which something happened."""


class _Timeline:
    """Steps of one resolution. The number of the latest is `count - 1`."""

    def __init__(self, size: int) -> None:
        self.steps: deque[Step] = deque(maxlen=size)
        self.loads: deque[Load] = deque(maxlen=size)
        self.count = 0

    def add(self, step: Step, load: Load) -> None:
        self.steps.append(step)
        self.loads.append(load)
        self.count += 1

    def since(self, moment: int) -> Iterator[tuple[int, Step, Load]]:
        first = self.count - len(self.steps)
        for place, (step, load) in enumerate(zip(self.steps, self.loads, strict=True)):
            if step.at > moment:
                yield first + place, step, load


class History:
    """`sample` is for a job, `course` for whoever asks; from any thread."""

    def __init__(self, meters: Meters, look: Callable[[], Vitals], clock: Clock) -> None:
        self._meters = meters
        self._look = look
        self._clock = clock
        self._lock = threading.Lock()
        self.started = clock()
        self._begin(self.started, _sums(meters), look())

    def _begin(self, now: int, sums: dict[str, Sums], vitals: Vitals) -> None:
        self._since = self._last = now
        self._before = sums
        self._cpu_seconds = vitals.cpu_seconds
        self._fine = _Timeline(FINE_STEPS)
        self._coarse = _Timeline(COARSE_STEPS)
        self._growing: list[tuple[Step, Load]] = []
        self._projects: dict[str, _Project] = {}

    def sample(self) -> None:
        """One more step: from the last one to now."""
        sums, vitals, now = _sums(self._meters), self._look(), self._clock()
        with self._lock:
            if now <= self._last:  # somebody set the clock back: times would no longer go forward
                self._begin(now, sums, vitals)
                return
            step = Step(now, (now - self._last) / SECOND)
            load = _load(vitals, vitals.cpu_seconds - self._cpu_seconds, step.seconds)
            self._note({project: _since(each, self._before.get(project)) for project, each in sums.items()})
            self._fine.add(step, load)
            self._growing.append((step, load))
            self._last, self._before, self._cpu_seconds = now, sums, vitals.cpu_seconds
            if len(self._growing) == COARSE:
                self._close()

    def _note(self, grown: Mapping[str, Sums]) -> None:
        number = self._fine.count
        for project, new in grown.items():
            if any(new) and (kept := self._kept(project, number)):
                kept.busy_at = number
                kept.growing = [a + b for a, b in zip(kept.growing, new, strict=True)]
        for project, kept in list(self._projects.items()):
            if number - kept.busy_at > COARSE * (COARSE_STEPS + 1):
                del self._projects[project]
            else:
                kept.fine.put(number, _row(grown[project]) if kept.busy_at == number else _QUIET)

    def _kept(self, project: str, number: int) -> _Project | None:
        """None where PROJECTS others are busy in this very step."""
        found = self._projects.get(project)
        if found is None:
            if len(self._projects) == PROJECTS:
                quietest = min(self._projects, key=lambda each: self._projects[each].busy_at)
                if self._projects[quietest].busy_at == number:
                    return None
                del self._projects[quietest]
            found = self._projects[project] = _Project(number)
        return found

    def _close(self) -> None:
        for kept in self._projects.values():
            kept.coarse.put(self._coarse.count, _row(kept.growing))
            kept.growing = [0] * _SUMS
        self._coarse.add(*_together(self._growing))
        self._growing = []

    def course(self, reach: Reach, project: str, born: int = 0) -> Course:
        """Of one that nothing is known of, nothing happened. `born`, in microseconds: what was counted before is of
        another that had the same id and was deleted."""
        with self._lock:
            kept = self._projects.get(project)
            is_fine = reach is Reach.hour
            timeline = self._fine if is_fine else self._coarse
            steps: list[Step] = []
            loads: list[Load] = []
            rows: list[array[float]] = []
            for number, step, load in timeline.since(self._last - reach.hours * HOUR):
                steps.append(step)
                loads.append(load)
                rows.append(
                    (kept.fine if is_fine else kept.coarse).get(number)
                    if kept is not None and step.at > born
                    else _QUIET
                )
            if not is_fine and self._growing:
                step, load = _together(self._growing)
                steps.append(step)
                loads.append(load)
                rows.append(_QUIET if kept is None else _row(kept.growing))
            seconds = STEP_SECONDS if is_fine else STEP_SECONDS * COARSE
            return Course(since=self._since, step_seconds=seconds, steps=steps, loads=loads, rows=rows)


def _sums(meters: Meters) -> dict[str, Sums]:
    """All that is counted by now, by project."""
    queries, questions = meters.asked()
    found: dict[str, Sums] = {}
    counters = {"received": dict(meters.received), "dropped": dict(meters.dropped), "sql": queries, "ai": questions}
    for of, counter in counters.items():
        for (project, kind), count in counter.items():
            place = _PLACE.get((of, kind), _PLACE[of, OTHER])
            found.setdefault(project, [0] * _SUMS)[place] += count
    for project, spread in meters.ingestion.copy().items():
        found.setdefault(project, [0] * _SUMS)[_BUCKETS["ingestion"]] = _buckets(spread)
    for (project, of), spread in meters.query_times.copy().items():
        found.setdefault(project, [0] * _SUMS)[_BUCKETS[of]] = _buckets(spread)
    return found


def _buckets(spread: Spread) -> Sums:
    """How many in each bucket alone."""
    within = [count for _, count in spread.buckets()]
    return [count - before for count, before in zip(within, [0, *within], strict=False)]


def _since(sums: Sums, before: Sums | None) -> Sums:
    """What came since then; a sum that went down began anew."""
    if before is None:
        return sums
    return [now - then if now >= then else now for now, then in zip(sums, before, strict=True)]


def _row(sums: Sums) -> "array[float]":
    row = array("f", sums[:_COUNTS])
    for of, bounds in TIMED.items():
        row.extend(_quantile(sums[_BUCKETS[of]], bounds, share) for share in SHARES)
    return row


def _quantile(buckets: Sums, bounds: tuple[float, ...], share: float) -> float:
    """In ms, spread evenly within a bucket as Prometheus does; beyond the last bound that bound."""
    rank = share * sum(buckets)
    if not rank:
        return math.nan
    below, low = 0, 0.0
    for count, bound in zip(buckets, bounds, strict=False):
        if below + count >= rank:
            return 1000 * (low + (bound - low) * (rank - below) / count)
        below, low = below + count, bound
    return 1000 * bounds[-1]


def _load(vitals: Vitals, cpu_seconds: float, seconds: float) -> Load:
    return Load(
        cpu_percent=100 * max(cpu_seconds, 0.0) / seconds,
        memory_bytes=vitals.memory_bytes,
        database_memory_bytes=vitals.database_memory_bytes,
        open_files=vitals.open_files,
        waiting=vitals.waiting,
        disk_free_bytes=vitals.disk_free_bytes,
    )


def _together(steps: list[tuple[Step, Load]]) -> tuple[Step, Load]:
    seconds = sum(step.seconds for step, _ in steps)
    loads = [load for _, load in steps]
    return Step(steps[-1][0].at, seconds), Load(
        cpu_percent=sum(load.cpu_percent * step.seconds for step, load in steps) / seconds,
        memory_bytes=max(load.memory_bytes for load in loads),
        database_memory_bytes=max(load.database_memory_bytes for load in loads),
        open_files=max(load.open_files for load in loads),
        waiting=max(load.waiting for load in loads),
        disk_free_bytes=min(load.disk_free_bytes for load in loads),
    )


_QUIET = _row([0] * _SUMS)
