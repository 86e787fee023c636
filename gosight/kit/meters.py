"""What the product counts about itself, in memory, for whoever watches it. Plain sums: taking one costs less than 1 µs.

Labels are the ids of projects, and names from closed lists: nothing that a visitor sends becomes one.
"""

import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

KNOWN_TYPES = frozenset(
    {
        "page_view", "page_exit", "click", "dead_click", "scroll", "mouse_move", "js_error", "web_vital", "identify",
        "session_start", "session_end",
    }
)  # fmt: skip
"""Types of events that are told by their name; every other is `custom`."""
INGESTION_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
QUERY_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds in seconds."""
COMMIT_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
GROUP_BOUNDS = (1.0, 10.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0, 5_000.0, 10_000.0, 25_000.0)
"""Upper bounds in events."""


class Spread:
    """How long something took in seconds, or how much it was: how often within each bound, and the sum of all."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.sum = 0.0
        self._counts = [0] * (len(bounds) + 1)

    def add(self, value: float) -> None:
        self._counts[bisect_left(self.bounds, value)] += 1
        self.sum += value

    def buckets(self) -> Iterator[tuple[str, int]]:
        """Each bound with how many were within it, the last one "+Inf"."""
        total = 0
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self._counts, strict=True):
            total += count
            yield bound, total


class Gauge(msgspec.Struct, frozen=True):
    """Something that nobody counts: it is looked up when somebody asks. `read`, from any thread, answers values by what
    the label `by` says; where there is no label, one value under ""."""

    name: str
    told: str
    read: Callable[[], Mapping[str, float]]
    by: str = ""


class Turns(msgspec.Struct):
    """Of a job. `seconds` of all turns together; `ended_at`: when the last one did, in seconds since 1970, 0 before."""

    runs: int = 0
    failures: int = 0
    seconds: float = 0.0
    ended_at: float = 0.0


class Meters:
    """One for the whole product. Events are counted on the event loop, all else from any thread."""

    def __init__(self) -> None:
        self.received: Counter[tuple[str, str]] = Counter()
        """Events stored, by project and type."""
        self.dropped: Counter[tuple[str, str]] = Counter()
        """Events not stored, by project and reason: invalid, rate_limited, unavailable."""
        self.ingestion: dict[str, Spread] = {}
        """From a decoded batch to its answer, by project."""
        self.queries: Counter[tuple[str, str]] = Counter()
        """By project and outcome: ok, refused, failed."""
        self.questions: Counter[tuple[str, str]] = Counter()
        """Asked in words, by project and source: model, catalogue, cache, failed."""
        self.query_times: dict[tuple[str, str], Spread] = {}
        """By project and kind: sql, ai."""
        self.commit_times = Spread(COMMIT_BOUNDS)
        """Of groups of events, of all projects."""
        self.group_sizes = Spread(GROUP_BOUNDS)
        """Events in each."""
        self.failed_commits = 0
        self.tries: Counter[str] = Counter()
        """To deliver a message, by what came of them: delivered, again, failed."""
        self.jobs: dict[str, Turns] = {}
        """By name."""
        self.gauges: list[Gauge] = []
        self._lock = threading.Lock()

    def took_in(self, project: str, types: Iterable[str], seconds: float) -> None:
        """A batch is on the disk."""
        received = self.received
        for type_ in types:
            received[project, type_ if type_ in KNOWN_TYPES else "custom"] += 1
        spread = self.ingestion.get(project)
        if spread is None:
            spread = self.ingestion[project] = Spread(INGESTION_BOUNDS)
        spread.add(seconds)

    def drop(self, project: str, reason: str, events: int) -> None:
        if events:
            self.dropped[project, reason] += events

    def committed(self, events: int, seconds: float) -> None:
        """A group is on the disk."""
        with self._lock:
            self.commit_times.add(seconds)
            self.group_sizes.add(events)

    def commit_failed(self) -> None:
        """Nothing of a group was stored."""
        with self._lock:
            self.failed_commits += 1

    def tried(self, outcome: str) -> None:
        """A message was sent, or not."""
        with self._lock:
            self.tries[outcome] += 1

    def turns(self, name: str, run: Callable[[], None]) -> Callable[[], None]:
        """A job's work that counts its turns, of which there is one at a time."""
        turns = self.jobs[name] = Turns()

        def turn() -> None:
            begun = time.perf_counter()
            try:
                run()
            except BaseException:
                turns.failures += 1
                raise
            finally:
                turns.runs += 1
                turns.seconds += time.perf_counter() - begun
                turns.ended_at = time.time()

        return turn

    def query(self, project: str, outcome: str, seconds: float) -> None:
        """Some SQL was answered or refused."""
        self._asked(self.queries, (project, outcome), (project, "sql"), seconds)

    def question(self, project: str, source: str, seconds: float) -> None:
        """A question in words was."""
        self._asked(self.questions, (project, source), (project, "ai"), seconds)

    def _asked(
        self, counts: Counter[tuple[str, str]], label: tuple[str, str], kind: tuple[str, str], seconds: float
    ) -> None:
        with self._lock:
            counts[label] += 1
            spread = self.query_times.get(kind)
            if spread is None:
                spread = self.query_times[kind] = Spread(QUERY_BOUNDS)
            spread.add(seconds)

    def asked(self) -> tuple[Mapping[tuple[str, str], int], Mapping[tuple[str, str], int]]:
        """Queries and questions, as they are now."""
        with self._lock:
            return dict(self.queries), dict(self.questions)
