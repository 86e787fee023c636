"""The projects' event files: opened on first use, each with its writer, closed when idle, gone with their project."""

import logging
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from gosight.events.geo import Geo
from gosight.events.live import Live, MissedEvent, Pace
from gosight.events.model import Outcome, Submission
from gosight.events.rules import Rules
from gosight.events.writer import Answer, Writer
from gosight.kit import ids
from gosight.kit.bus import Bus
from gosight.kit.clock import MINUTE, Clock
from gosight.kit.errors import GoSightError, NotFound, Unavailable
from gosight.kit.meters import Meters
from gosight.store.duck import Broken, Cursor, Engine, Occupied, Params
from gosight.store.sqlfile import sql

log = logging.getLogger("gosight.events")
T = TypeVar("T")

IDLE = 10 * MINUTE
"""After that long without use a file is closed: an open one costs 0.3 MB and a thread."""
CHECKPOINT_BYTES = 16 * 1024 * 1024
"""Size of the write-ahead log at which it is folded into the file: opening replays that much in 0.1 s."""
CHECKPOINT_TRIES, CHECKPOINT_PAUSE = 40, 0.005
"""So often, and with pauses of so many seconds, a checkpoint looks for a moment without a commit."""
FORCED_BYTES = 4 * CHECKPOINT_BYTES
"""Size at which commits wait for the checkpoint instead."""
FORCED_SECONDS = 60.0
CATCH_UP_SECONDS = 2.0
"""How long a file's turn is where an older version of the product has left something to be written."""
SETTLE_SECONDS = 20.0
"""How long a reader waits for derivation."""
NICENESS = 5
"""Of derivation that nobody waits for yet: commits go first, for which somebody does."""


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """How much there is to do, of all files that are open. `waiting`: requests that no writer has begun; `behind`:
    events from which nothing is derived yet; `log_bytes`: of write-ahead logs."""

    files: int
    waiting: int
    behind: int
    log_bytes: int


class EventFile:
    """One project's events. What is read tells of everything acknowledged before."""

    def __init__(self, files: "EventFiles", number: int) -> None:
        self.number = number
        self._files = files

    @contextmanager
    def reading(self, seconds: float | None = None) -> Iterator[Cursor]:
        """A cursor for several queries about one moment, under one deadline: `seconds`, or the usual one."""
        with self._files.reading(self.number, seconds) as cursor:
            yield cursor

    def missed(self, after: int, since: int, most: int) -> list[MissedEvent]:
        """Events stored behind position `after` and received since then (microseconds), in the order stored."""
        asked = {"after": after, "since": since, "limit": most}
        with self._files.reading(self.number, is_whole=True) as cursor:
            return cursor.all(sql("events", "stream.missed"), asked, into=MissedEvent)

    def all(self, statement: str, params: Params = None, *, into: type[T]) -> list[T]:
        with self.reading() as cursor:
            return cursor.all(statement, params, into=into)

    def one(self, statement: str, params: Params = None, *, into: type[T]) -> T:
        with self.reading() as cursor:
            return cursor.one(statement, params, into=into)

    def first(self, statement: str, params: Params = None, *, into: type[T]) -> T | None:
        rows = self.all(statement, params, into=into)
        return rows[0] if rows else None


class _Open:
    """A file that is open. `users` are reading or about to."""

    def __init__(self, writer: Writer, now: int) -> None:
        self.writer = writer
        self.used_at = now
        self.users = 0


class EventFiles:
    """All projects' files. `answer` gets what became of submissions, on the writers' threads."""

    def __init__(
        self,
        engine: Engine,
        geo: Geo,
        clock: Clock,
        rules: Callable[[int], Rules],
        timeout: float,
        bus: Bus | None = None,
        meters: Meters | None = None,
        most_open: int = 64,
    ) -> None:
        """`most_open` files at once: each takes up to 0.8 MiB of the engine's memory, which queries need too."""
        self._engine = engine
        self._most_open = most_open
        self._geo = geo
        self._clock = clock
        self._rules = rules
        self._timeout = timeout
        self._bus = bus or Bus()
        self._meters = meters or Meters()
        self._lock = threading.Lock()
        """Held for moments, also on the event loop."""
        self._open: dict[int, _Open] = {}
        self._doors: dict[int, threading.Lock] = {}
        """Held while one project's file is opened or closed, which may take a second."""
        self._deleted: set[int] = set()
        self._ended = False
        self._answer: Answer = lambda results: None
        self._background = ThreadPoolExecutor(1, "derive", initializer=_step_back)

    def answer_with(self, answer: Answer) -> None:
        """Where results of submissions go; set once, before the first."""
        self._answer = answer

    def _answered(self, results: list[tuple[Submission, Outcome | GoSightError]]) -> None:
        for submission, outcome in results:
            if submission.tell is not None:
                submission.tell(outcome)
        rest = [result for result in results if result[0].tell is None]
        if rest:
            self._answer(rest)

    def of(self, number: int) -> EventFile:
        """The file of project `number`, to read from."""
        return EventFile(self, number)

    def submit(self, number: int, submission: Submission) -> bool:
        """Hand a submission to the writer; False where the file must be opened first."""
        with self._lock:
            self._need_life(number)
            found = self._open.get(number)
            if found is None:
                return False
            found.used_at = self._clock()
            found.writer.submit(submission)
            return True

    def open(self, number: int) -> None:
        """Open a project's file where it isn't: some 10 ms, seconds after a crash. Not on the event loop."""
        self._make_room()
        with self._door(number):
            with self._lock:
                self._need_life(number)
                if number in self._open:
                    return
            live = Live(self._bus, number)
            rules = partial(self._rules, number)
            writer = Writer(self._engine, number, self._geo, rules, self._answered, live, self._meters)
            self._recall(number, live)
            with self._lock:
                self._need_life(number)
                self._open[number] = _Open(writer, self._clock())
                writer.start()

    def _recall(self, number: int, live: Live) -> None:
        try:
            with self._engine.reading(number, self._timeout) as cursor:
                live.recall(cursor, self._clock())
        except GoSightError as error:
            log.warning("project %d: who is online is counted anew: %s (%s)", number, error.message, error.cause)

    def pace(self, number: int) -> Pace | None:
        """How much is going on right now, from memory; None where the file must be opened first."""
        with self._lock:
            self._need_life(number)
            found = self._open.get(number)
            if found is None:
                return None
            found.used_at = self._clock()
        return found.writer.live.pace(self._clock())

    def load(self) -> Load:
        """How much there is to do right now. Not on the event loop: it looks at the disk."""
        with self._lock:
            writers = {number: found.writer for number, found in self._open.items()}
        return Load(
            files=len(writers),
            waiting=sum(writer.waiting for writer in writers.values()),
            behind=sum(max(0, writer.committed_seq - writer.derived_seq) for writer in writers.values()),
            log_bytes=sum(_size(self._log_file(number)) for number in writers),
        )

    def _log_file(self, number: int) -> Path:
        return self._engine.file(number).with_name("events.duckdb.wal")

    def _door(self, number: int) -> threading.Lock:
        with self._lock:
            return self._doors.setdefault(number, threading.Lock())

    def _need_life(self, number: int) -> None:
        if number in self._deleted:
            raise NotFound("this project was deleted")
        if self._ended:
            raise Unavailable("the server is stopping; try again", retry_after=2)

    def position(self, number: int) -> int:
        """The last event that was committed; 0 where the file is not open."""
        with self._lock:
            found = self._open.get(number)
            return 0 if found is None else found.writer.committed_seq

    @contextmanager
    def reading(self, number: int, seconds: float | None = None, *, is_whole: bool = False) -> Iterator[Cursor]:
        """A cursor on a project's file, which stays open meanwhile. `is_whole`: each event that is committed by now has
        its session's row, also while events come in as a stream."""
        used = self._enter(number)
        try:
            if is_whole:
                used.writer.bring_up_to_date(SETTLE_SECONDS)
            else:
                used.writer.settle(SETTLE_SECONDS)
            with self._engine.reading(number, self._timeout if seconds is None else seconds) as cursor:
                yield cursor
        finally:
            self._leave(used)

    def _leave(self, used: _Open) -> None:
        with self._lock:
            used.users -= 1
            used.used_at = self._clock()

    def _enter(self, number: int) -> _Open:
        while True:
            with self._lock:
                self._need_life(number)
                found = self._open.get(number)
                if found is not None:
                    found.used_at = self._clock()
                    found.users += 1
                    return found
            self.open(number)

    def _each(self, what: str, work: Callable[[int, _Open], None]) -> None:
        """One that fails keeps no other from its turn."""
        with self._lock:
            files = list(self._open.items())
        for number, found in files:
            try:
                work(number, found)
            except GoSightError as error:
                log.warning("project %d: %s put off: %s (%s)", number, what, error.message, error.cause)
            except Exception:
                log.exception("project %d: %s failed", number, what)

    def derive(self) -> None:
        """Bring derived rows up to date, file by file."""
        self._in_background(lambda writer: writer.bring_up_to_date(SETTLE_SECONDS))

    def keep_fresh(self) -> None:
        """The same, where events come in as a stream and somebody looks at it."""
        self._in_background(lambda writer: writer.keep_fresh(SETTLE_SECONDS))

    def _in_background(self, work: Callable[[Writer], None]) -> None:
        self._background.submit(self._each, "deriving", lambda _, found: work(found.writer)).result()

    def catch_up(self) -> None:
        """Write what an older version of the product did not write yet, some of it."""
        self._in_background(lambda writer: writer.catch_up(CATCH_UP_SECONDS))

    def add_up(self) -> None:
        """Add up days that are over, some of them."""
        self._in_background(lambda writer: writer.add_up(CATCH_UP_SECONDS, self._clock))

    def checkpoint(self, at_bytes: int = CHECKPOINT_BYTES) -> None:
        """Fold logs into their files where they have grown."""
        self._each("checkpoint", lambda number, found: self._fold(number, found, at_bytes))

    def _fold(self, number: int, found: _Open, at_bytes: int) -> None:
        """On a full disk a checkpoint fails, and takes the file from its readers for a moment: then rather none."""
        log_file = self._log_file(number)
        size = _size(log_file)
        if size < at_bytes:
            return
        if shutil.disk_usage(log_file.parent).free < 2 * size:
            raise Unavailable("too little disk is free")
        try:
            if not self._folded_between_groups(number) and size >= FORCED_BYTES:
                found.writer.task(lambda cursor: cursor.run(f"checkpoint p_{number}")).result(FORCED_SECONDS)
        except Broken:
            found.writer.reopen()
            raise

    def _folded_between_groups(self, number: int) -> bool:
        """A checkpoint begins only while nothing is being written, which under load is for a moment now and then."""
        for _ in range(CHECKPOINT_TRIES):
            try:
                self._engine.checkpoint(number)
            except Occupied:
                time.sleep(CHECKPOINT_PAUSE)
            else:
                return True
        return False

    def forget_seen(self) -> None:
        """Drop ids of batches and events that are older than 7 days."""
        asked = {"now": self._clock()}
        self._each(
            "forgetting ids",
            lambda _, found: found.writer.task(lambda cursor: cursor.run(sql("events", "seen.forget"), asked)).result(
                60
            ),
        )

    def close_idle(self) -> None:
        """Close what nobody has used for a while."""
        with self._lock:
            numbers = [number for number, found in self._open.items() if self._is_idle(found)]
        for number in numbers:
            self._close_if(number, self._is_idle)

    def _make_room(self) -> None:
        """For one more: close the file that was used the longest ago, unless all are being read."""
        with self._lock:
            unread = [number for number, found in self._open.items() if not found.users]
            if len(self._open) < self._most_open or not unread:
                return
            oldest = min(unread, key=lambda number: self._open[number].used_at)
        self._close_if(oldest, lambda found: not found.users)

    def _close_if(self, number: int, may: Callable[[_Open], bool]) -> None:
        with self._door(number):
            with self._lock:
                found = self._open.get(number)
                if found is None or not may(found):
                    return
                del self._open[number]
            found.writer.stop()
            found.writer.join()
            self._engine.detach(number)

    def _is_idle(self, found: _Open) -> bool:
        return found.users == 0 and self._clock() - found.used_at > IDLE

    def forget(self, number: int) -> None:
        """Delete all that a project has; who is reading it is interrupted."""
        with self._lock:
            self._deleted.add(number)
        with self._door(number):
            with self._lock:
                found = self._open.pop(number, None)
            if found is not None:
                found.writer.stop()
                found.writer.join()
            self._engine.detach(number)
            shutil.rmtree(self._engine.file(number).parent, ignore_errors=True)

    def replay_expired(self, number: int, session_ids: list[str]) -> None:
        """What was recorded of these sessions is gone."""
        asked = {"hashes": [ids.hash64(session_id) for session_id in session_ids], "sessions": session_ids}
        used = self._enter(number)
        try:
            task = used.writer.task(lambda cursor: cursor.run(sql("events", "sessions.replay_expired"), asked))
            task.result(FORCED_SECONDS)
        finally:
            self._leave(used)

    def stop(self) -> None:
        """Take and answer nothing more: readers are interrupted, writers finish what was handed to them."""
        with self._lock:
            self._ended = True
            for found in self._open.values():
                found.writer.stop()
        self._engine.interrupt()

    def close(self) -> None:
        """Wait until every writer has finished, then close the files."""
        self.stop()
        self._background.shutdown()
        for found in self._open.values():
            found.writer.join()
        self._engine.close()


def _size(file: Path) -> int:
    """In bytes; 0 where there is none."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _step_back() -> None:
    """On Linux a thread has a niceness of its own; elsewhere it would be the whole program's."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
