"""The projects' event files: opened on first use, each with its writer, closed when idle, gone with their project."""

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from gosight.events.derive import Rules
from gosight.events.geo import Geo
from gosight.events.model import Submission
from gosight.events.writer import Answer, Writer
from gosight.kit.clock import MINUTE, Clock
from gosight.kit.errors import GoSightError
from gosight.store.duck import Broken, Cursor, Engine, Params
from gosight.store.sqlfile import sql

log = logging.getLogger("gosight.events")
T = TypeVar("T")

IDLE = 10 * MINUTE
"""After that long without use a file is closed: an open one costs 0.3 MB and a thread."""
CHECKPOINT_BYTES = 16 * 1024 * 1024
"""Size of the write-ahead log at which it is folded into the file: opening replays that much in 0.1 s."""
SETTLE_SECONDS = 20.0
"""How long a reader waits for derivation."""


class EventFile:
    """One project's events. What is read tells of everything acknowledged before."""

    def __init__(self, engine: Engine, writer: Writer, number: int, timeout: float) -> None:
        self.number = number
        self.writer = writer
        self._engine = engine
        self._timeout = timeout

    @contextmanager
    def reading(self) -> Iterator[Cursor]:
        """A cursor for several queries under one deadline."""
        self.writer.settle(SETTLE_SECONDS)
        with self._engine.reading(self.number, self._timeout) as cursor:
            yield cursor

    def all(self, statement: str, params: Params = None, *, into: type[T]) -> list[T]:
        with self.reading() as cursor:
            return cursor.all(statement, params, into=into)

    def one(self, statement: str, params: Params = None, *, into: type[T]) -> T:
        with self.reading() as cursor:
            return cursor.one(statement, params, into=into)

    def first(self, statement: str, params: Params = None, *, into: type[T]) -> T | None:
        rows = self.all(statement, params, into=into)
        return rows[0] if rows else None

    def checkpoint(self, at_bytes: int = CHECKPOINT_BYTES) -> None:
        """Fold the log into the file where it has grown. On a cursor of its own, so that no commit waits."""
        log_file = self._engine.file(self.number).with_name("events.duckdb.wal")
        if not log_file.exists() or log_file.stat().st_size < at_bytes:
            return
        cursor = self._engine.writer(self.number)
        try:
            cursor.run(f"checkpoint p_{self.number}")
        except Broken as error:
            log.error("project %d: checkpoint failed and its file is opened again (%s)", self.number, error.cause)
            self.writer.reopen()
        except GoSightError as error:
            log.warning("project %d: checkpoint put off: %s (%s)", self.number, error.message, error.cause)
        finally:
            cursor.close()


class EventFiles:
    """All projects' files. `answer` gets what became of submissions, on the writers' threads."""

    def __init__(self, engine: Engine, geo: Geo, clock: Clock, rules: Callable[[int], Rules], timeout: float) -> None:
        self._engine = engine
        self._geo = geo
        self._clock = clock
        self._rules = rules
        self._timeout = timeout
        self._lock = threading.Lock()
        self._open: dict[int, EventFile] = {}
        self._used: dict[int, int] = {}
        self._answer: Answer = lambda results: None

    def answer_with(self, answer: Answer) -> None:
        """Where results of submissions go; set once, before the first."""
        self._answer = answer

    def of(self, number: int) -> EventFile:
        """The file of project `number`, opened where it isn't (some 10 ms; not on the event loop)."""
        with self._lock:
            file = self._open.get(number)
            if file is None:
                writer = Writer(
                    self._engine, number, self._geo, lambda: self._rules(number), lambda done: self._answer(done)
                )
                file = self._open[number] = EventFile(self._engine, writer, number, self._timeout)
                writer.start()
            self._used[number] = self._clock()
            return file

    def submit(self, number: int, submission: Submission) -> bool:
        """Hand a submission to the writer; False where the file must be opened first."""
        with self._lock:
            file = self._open.get(number)
            if file is None:
                return False
            self._used[number] = self._clock()
            file.writer.submit(submission)
            return True

    def open_files(self) -> list[EventFile]:
        with self._lock:
            return list(self._open.values())

    def derive(self) -> None:
        """Bring derived rows up to date, file by file."""
        for file in self.open_files():
            file.writer.settle(SETTLE_SECONDS)

    def checkpoint(self) -> None:
        for file in self.open_files():
            file.checkpoint()

    def forget_seen(self) -> None:
        """Drop ids of batches and events that are older than 7 days."""
        now = self._clock()
        for file in self.open_files():
            file.writer.task(lambda cursor: cursor.run(sql("events", "seen.forget"), {"now": now})).result(60)

    def close_idle(self) -> None:
        now = self._clock()
        with self._lock:
            idle = [number for number, used in self._used.items() if now - used > IDLE and number in self._open]
            files = [self._open.pop(number) for number in idle]
            for file in files:
                file.writer.stop()
        for file in files:
            file.writer.join()
            self._engine.detach(file.number)

    def forget(self, number: int) -> None:
        """Delete all that a project has."""
        with self._lock:
            file = self._open.pop(number, None)
            if file is not None:
                file.writer.stop()
        if file is not None:
            file.writer.join()
        self._engine.detach(number)
        shutil.rmtree(self._engine.file(number).parent, ignore_errors=True)

    def close(self) -> None:
        """Let every writer finish what was handed to it, then close the files."""
        with self._lock:
            files = list(self._open.values())
            self._open.clear()
            for file in files:
                file.writer.stop()
        for file in files:
            file.writer.join()
        self._engine.close()
