"""Who writes to a project's file: one thread that adds groups of submissions, and beside it whoever derives from them.

Whatever waits becomes one group, one transaction; only when it has committed do the waiting requests answer. Groups
grow by themselves under load; under less a group waits until PACE_SECONDS after the one before has begun.

The thread adds to `events` and `arrivals` and touches no other table. Derivation reads those, empties `arrivals` and
writes all others, on a cursor of its own and one slice at a time: no row is ever written by both, and no commit waits
for a slice. What else there is to do (`task`) runs on the thread while nobody derives.
"""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

import msgspec

from gosight.events import occurrences, rollup
from gosight.events.commit import Committer, Progress
from gosight.events.derive import SLICE, SLICE_BLIND, SLICE_BYTES, derive
from gosight.events.geo import Geo
from gosight.events.live import Live
from gosight.events.model import Outcome, Submission
from gosight.events.rules import Rules
from gosight.events.stream import Stream
from gosight.kit.clock import Clock
from gosight.kit.errors import GoSightError, Internal, Unavailable
from gosight.kit.meters import Meters
from gosight.store.duck import Broken, Cursor, Engine, LackedMemory, Refused
from gosight.store.sqlfile import sql

log = logging.getLogger("gosight.events")

MAX_GROUP_BYTES = 8 * 1024 * 1024
"""Bytes of requests in one transaction: some 20,000 events, so that a group stays under half a second."""

PACE_SECONDS = 0.008
"""From the beginning of a group to that of the next, at least: a commit takes 3 ms of a core however few events it has,
which a few hundred requests a second would otherwise take all of. After a quiet moment nobody waits."""
MEMORY_PAUSES = (0.1, 0.3, 1.0, 3.0)
"""Seconds until a group for which there was no memory is tried again: nobody's events are refused for a large query."""
FRESH_SECONDS = 2.0
"""How old figures may be while events come in as a stream."""
PATIENCE_SECONDS = 0.05
"""How long a reader waits for the next commit, to see whether a stream goes on."""
READ_SECONDS = 10.0
"""So long after a reading the next is expected."""

Results = list[tuple[Submission, Outcome | GoSightError]]
Answer = Callable[[Results], None]


class _Task(msgspec.Struct, eq=False):
    run: Callable[[Cursor], None]
    done: "Future[None]"


class _Derived(msgspec.Struct):
    """All up to this event is derived."""

    upto: int


class _Stop(msgspec.Struct):
    pass


class Writer(threading.Thread):
    """Owns the file's writing cursors. `answer` is called on this thread with what became of each submission."""

    def __init__(
        self,
        engine: Engine,
        number: int,
        geo: Geo,
        rules: Callable[[], Rules],
        answer: Answer,
        live: Live,
        meters: Meters,
    ) -> None:
        super().__init__(name=f"writer-{number}", daemon=True)
        self._engine = engine
        self._number = number
        self._geo = geo
        self._rules = rules
        self._answer = answer
        self.live = live
        self._meters = meters
        self._inbox: queue.SimpleQueue[Submission | _Task | _Derived | _Stop] = queue.SimpleQueue()
        self._cursor: Cursor | None = None
        self._deriving: Cursor | None = None
        self._derivation = threading.RLock()
        """Held by whoever derives, and by whoever needs that nobody does."""
        self._committer: Committer | None = None
        self._groups: deque[tuple[int, int]] = deque()
        """Committed and not yet derived from: each group's last event, and its bytes."""
        self._stopping = False
        self._ending = False
        self._closing = threading.Lock()
        self._closed = False
        self._stream = Stream()
        self._settled_at = self._read_at = self._begun_at = float("-inf")
        self.committed_seq = 0
        self.derived_seq = 0
        self._backlog = 0
        self._open()

    @property
    def waiting(self) -> int:
        """How much has been handed in and is not begun."""
        return self._inbox.qsize()

    def submit(self, submission: Submission) -> None:
        self._inbox.put(submission)

    def task(self, run: Callable[[Cursor], None]) -> "Future[None]":
        """Run something on the writer between two groups, in slices of at most 50 ms, while nobody derives."""
        task = _Task(run, Future())
        with self._closing:
            if self._closed:
                task.done.set_exception(_ended())
            else:
                self._inbox.put(task)
        return task.done

    def settle(self, timeout: float) -> None:
        """See to it that sessions, pages and signals tell of every event committed by now; of a stream that goes on, of
        every event that is FRESH_SECONDS old. Not from the event loop: it derives on the caller's thread."""
        self._read_at = time.monotonic()
        if not self._is_fresh(self._read_at):
            self.bring_up_to_date(timeout)

    def _is_fresh(self, now: float) -> bool:
        is_recent = now - self._settled_at <= FRESH_SECONDS and self._committer is not None
        return is_recent and self._stream.is_busy() and self._stream.goes_on(PATIENCE_SECONDS)

    def keep_fresh(self, timeout: float) -> None:
        """Derive from a stream that somebody reads of, so that readers need not."""
        if time.monotonic() - self._read_at < READ_SECONDS and self._stream.is_busy():
            self.bring_up_to_date(timeout)

    def bring_up_to_date(self, timeout: float) -> None:
        """Derive from every event committed by now, slice by slice; callers take turns."""
        if self._committer is None:
            self._open_again(timeout)
        asked_at = time.monotonic()
        wanted, until = self.committed_seq, asked_at + timeout
        while self.derived_seq < min(wanted, self.committed_seq):
            if self._ending:
                raise _ended()
            if not self._derivation.acquire(timeout=max(0.0, until - time.monotonic())):
                text = "the server is still working through what came in; try again"
                raise Unavailable(text, retry_after=2)
            try:
                self._derive(wanted)
            finally:
                self._derivation.release()
        self._settled_at = max(asked_at, self._settled_at)

    def catch_up(self, seconds: float) -> None:
        """Work on what was derived before there were occurrences, for that long."""
        if self._backlog:
            self._work(seconds, self._catch_up)

    def _catch_up(self, cursor: Cursor) -> bool:
        self._backlog = occurrences.catch_up(cursor, self._backlog)
        return bool(self._backlog)

    def add_up(self, seconds: float, clock: Clock) -> None:
        """Add up days that are over, for that long."""
        self._work(seconds, lambda cursor: rollup.add_up(cursor, clock))

    def _work(self, seconds: float, step: Callable[[Cursor], bool]) -> None:
        """Take steps, which say whether there are more, while nobody derives; nobody waits for them but readers."""
        until = time.monotonic() + seconds
        is_more = True
        while is_more and not self._ending and time.monotonic() < until:
            with self._derivation:
                if self._deriving is None:
                    return
                try:
                    is_more = step(self._deriving)
                except Broken:
                    self.reopen()
                    raise

    def _open_again(self, timeout: float) -> None:
        """What could not be opened after a failure perhaps can by now."""
        try:
            self.task(lambda cursor: None).result(timeout)
        except TimeoutError:
            raise Unavailable("the project's data file is being opened; try again", retry_after=2) from None

    def reopen(self) -> None:
        """Open the file anew, between two groups."""
        self.task(lambda cursor: self._reopen())

    def stop(self) -> None:
        """Finish what waits, then end."""
        self._ending = True
        self._inbox.put(_Stop())

    def run(self) -> None:
        while not self._stopping:
            try:
                self._turn()
            except Exception:
                log.exception("project %d: the writer goes on after a failure", self._number)
        with self._closing:
            self._closed = True
        self._turn_down()
        self._shut()

    def _turn(self) -> None:
        group, tasks = self._gather()
        if group:
            self._tell(self._store(group))
            self._announce()
        for task in tasks:
            self._perform(task)

    def _tell(self, results: Results) -> None:
        try:
            self._answer(results)
        except Exception:
            log.exception("project %d: nobody could be told what became of %d requests", self._number, len(results))

    def _announce(self) -> None:
        try:
            if self._committer is not None:
                self.live.stored(self._committer.take_stored())
        except Exception:
            log.exception("project %d: nobody could be told what was stored", self._number)

    def _turn_down(self) -> None:
        """What was asked for after the end is not left waiting."""
        while not self._inbox.empty():
            item = self._inbox.get_nowait()
            if isinstance(item, _Task):
                item.done.set_exception(_ended())
            elif isinstance(item, Submission):
                self._tell([(item, _ended())])

    def _gather(self) -> tuple[list[Submission], list[_Task]]:
        """Wait for something, then take all that waits, up to the size of a group."""
        group: list[Submission] = []
        tasks: list[_Task] = []
        size = 0
        item = self._inbox.get()
        time.sleep(max(0.0, self._begun_at + PACE_SECONDS - time.monotonic()))
        self._begun_at = time.monotonic()
        while True:
            if isinstance(item, Submission):
                group.append(item)
                size += item.size
            elif isinstance(item, _Task):
                tasks.append(item)
            elif isinstance(item, _Derived):
                self._note(item)
            else:
                self._stopping = True
            if size >= MAX_GROUP_BYTES:
                break
            try:
                item = self._inbox.get_nowait()
            except queue.Empty:
                break
        return group, tasks

    def _store(self, group: list[Submission]) -> Results:
        results = self._store_once(group)
        for pause in MEMORY_PAUSES:
            if self._ending or not all(isinstance(outcome, LackedMemory) for _, outcome in results):
                break
            time.sleep(pause)
            results = self._store_once(group)
        return results

    def _store_once(self, group: list[Submission]) -> Results:
        try:
            committer, begun = self._opened(), time.perf_counter()
            outcomes = committer.commit(group)
            self._committed(sum(submission.size for submission in group), time.perf_counter() - begun)
        except Refused as refusal:
            log.warning("a group of %d requests was refused and is tried one by one: %s", len(group), refusal.cause)
            return [(submission, self._store_alone(submission)) for submission in group]
        except GoSightError as error:
            self._meters.commit_failed()
            return [(submission, error) for submission in self._failed(group, error)]
        except Exception as error:
            self._meters.commit_failed()
            log.exception("a group of %d requests failed", len(group))
            return [(submission, Internal("the events could not be stored", cause=repr(error))) for submission in group]
        return list(zip(group, outcomes, strict=True))

    def _committed(self, size: int, seconds: float) -> None:
        last = self._opened().progress.last_seq
        self._meters.committed(last - self.committed_seq, seconds)
        self._groups.append((last, size))
        self._stream.committed(last - self.committed_seq)
        self.committed_seq = last

    def _failed(self, group: list[Submission], error: GoSightError) -> list[Submission]:
        log.error("a group of %d requests was not stored: %s (%s)", len(group), error.message, error.cause)
        if isinstance(error, Broken):
            self._reopen()
        return group

    def _store_alone(self, submission: Submission) -> Outcome | GoSightError:
        try:
            committer, begun = self._opened(), time.perf_counter()
            outcome = committer.commit_alone(submission)
            self._committed(submission.size, time.perf_counter() - begun)
        except GoSightError as error:
            return error
        except Exception as error:
            log.exception("a request failed")
            return Internal("the events could not be stored", cause=repr(error))
        return outcome

    def _note(self, derived: _Derived) -> None:
        if self._committer is not None:
            self._committer.derived(derived.upto)

    def _perform(self, task: _Task) -> None:
        try:
            with self._derivation:
                self._opened()
                assert self._cursor is not None
                task.run(self._cursor)
        except Broken as error:
            self._reopen()
            task.done.set_exception(error)
        except Exception as error:
            if not isinstance(error, GoSightError):
                log.exception("work on project %d failed", self._number)
            task.done.set_exception(error)
        else:
            task.done.set_result(None)

    def _derive(self, wanted: int) -> None:
        """One slice, by whoever holds the lock."""
        if self.derived_seq >= wanted:
            return
        if self._deriving is None:
            raise _ended()
        upto = self._slice()
        try:
            derive(self._deriving, self.derived_seq, upto, self._rules())
        except Broken:
            self.reopen()
            raise
        self.derived_seq = upto
        while self._groups and self._groups[0][0] <= upto:
            self._groups.popleft()
        self._inbox.put(_Derived(upto))

    def _slice(self) -> int:
        """Up to which event: whole groups, one at least, as many as stay within SLICE events and SLICE_BYTES."""
        upto, size = self.derived_seq, 0
        for last, grown in list(self._groups):
            size += grown
            if upto > self.derived_seq and (size > SLICE_BYTES or last - self.derived_seq > SLICE):
                break
            upto = last
        return upto if upto > self.derived_seq else min(self.derived_seq + SLICE_BLIND, self.committed_seq)

    def _open(self) -> None:
        with self._derivation:
            cursor = self._cursor = self._engine.writer(self._number)
            self._deriving = self._engine.writer(self._number)
            progress = self._progress(cursor)
            while progress.derived_seq < progress.last_seq or progress.waiting:
                upto = min(progress.derived_seq + SLICE_BLIND, progress.last_seq)
                derive(cursor, progress.derived_seq, upto, self._rules())
                progress = self._progress(cursor)  # sessions that waited beside events have numbers, too
            self._groups.clear()
            self._committer = Committer(cursor, self._geo, progress)
            self.committed_seq = self.derived_seq = progress.last_seq
            self._backlog = occurrences.backlog(cursor)

    @staticmethod
    def _progress(cursor: Cursor) -> Progress:
        return cursor.one(sql("events", "progress.read"), into=Progress)

    def _opened(self) -> Committer:
        if self._committer is None:
            self._open()
        assert self._committer is not None
        return self._committer

    def _reopen(self) -> None:
        """A file that failed is opened again; where that fails too, the next group tries once more."""
        with self._derivation:
            self._shut()
            try:
                self._engine.detach(self._number)
                self._open()
            except Exception:
                log.exception("project %d cannot be opened again yet", self._number)
                self._shut()

    def _shut(self) -> None:
        with self._derivation:
            for cursor in (self._cursor, self._deriving):
                if cursor is not None:
                    cursor.close()
            self._cursor = self._deriving = None
            self._committer = None


def _ended() -> Unavailable:
    return Unavailable("the project's data file was closed meanwhile; try again", retry_after=1)
