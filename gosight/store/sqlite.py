"""SQLite through apsw, every commit on the disk: gosight.db with a reader for each thread, and the files of replay, of
which there may be many, with one."""

import errno
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import apsw
import msgspec

from gosight.kit.errors import Conflict, DiskFull, Unavailable
from gosight.store import migrate

T = TypeVar("T")
Value = str | bytes | int | float | None
Params = Mapping[str, object]

WATCH_SECONDS = 0.005
"""How long what other processes commit may go unseen: less than a command takes to end after it has committed."""

_PRAGMAS = """
pragma journal_mode=wal;
pragma synchronous=full;
pragma foreign_keys=on;
pragma busy_timeout=5000;
"""


_REPLAY_PRAGMAS = f"""{_PRAGMAS}
pragma mmap_size=0;
pragma cache_size=-1024;
"""
"""Many of these are open at once: 1 MiB of pages for each connection, and nothing mapped into memory."""
_UNREADABLE = (apsw.IOError, apsw.CorruptError, apsw.NotADBError, apsw.CantOpenError)


class Transaction:
    """What a writer may do between BEGIN IMMEDIATE and COMMIT."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self.told: set[str] = set()

    def tell(self, topic: str) -> None:
        """Whoever listens for this (`ControlFile.listen`) hears of it once everything here is committed."""
        self.told.add(topic)

    def run(self, sql: str, params: Params | None = None) -> int:
        """Execute one statement; answers how many rows it changed."""
        try:
            self._connection.execute(sql, _plain(params))
        except apsw.ConstraintError as error:
            raise Conflict("this already exists, or what it refers to does not", cause=str(error)) from None
        return self._connection.changes()

    def all(self, sql: str, params: Params | None = None, *, into: type[T]) -> list[T]:
        return _rows(self._connection, sql, params, into)

    def first(self, sql: str, params: Params | None = None, *, into: type[T]) -> T | None:
        rows = _rows(self._connection, sql, params, into)
        return rows[0] if rows else None


class ControlFile:
    """The one SQLite file. Times in it are integers, microseconds since 1970."""

    def __init__(self, file: Path) -> None:
        self._file = file
        migrate.bring(file, "control")
        file.chmod(0o600)
        self._lock = threading.RLock()
        self._writer = _opened(self._file, _PRAGMAS)
        self._watch = _opened(self._file, _PRAGMAS)
        self._watch_lock = threading.Lock()
        self._version = 0
        self._look_again = 0.0
        self._local = threading.local()
        self._readers: list[apsw.Connection] = []
        self._listeners: dict[str, list[Callable[[], None]]] = {}
        self._closed = False

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One transaction of the only writer: commits at the end, rolls back on any exception."""
        with self._lock, _transaction(self._writer) as transaction:
            yield transaction
        with self._watch_lock:  # behind whoever is looking now and may have seen the version before
            self._look_again = 0.0
        for heard in (heard for topic in transaction.told for heard in self._listeners.get(topic, ())):
            heard()

    def listen(self, topic: str, heard: Callable[[], None]) -> None:
        """Call `heard` after each commit of this process that told of `topic`, in the thread that committed: it only
        wakes somebody. What other processes commit is not heard of, so whoever listens looks from time to time too."""
        self._listeners.setdefault(topic, []).append(heard)

    def all(self, sql: str, params: Params | None = None, *, into: type[T]) -> list[T]:
        return _rows(self._reader(), sql, params, into)

    def first(self, sql: str, params: Params | None = None, *, into: type[T]) -> T | None:
        rows = _rows(self._reader(), sql, params, into)
        return rows[0] if rows else None

    def version(self) -> int:
        """Changes whenever anyone has committed: at once if it was this process, within WATCH_SECONDS if another."""
        now = time.monotonic()
        if now >= self._look_again:
            with self._watch_lock:
                for row in self._watch.execute("pragma data_version"):
                    self._version = int(row[0])
                self._look_again = now + WATCH_SECONDS
        return self._version

    def _reader(self) -> apsw.Connection:
        connection: apsw.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = _opened(self._file, _PRAGMAS)
            self._local.connection = connection
            with self._lock:
                self._readers.append(connection)
        return connection

    def close(self) -> None:
        with self._lock:
            if not self._closed:
                self._closed = True
                for connection in (*self._readers, self._watch, self._writer):
                    connection.close()


class ReplayFile:
    """One month of a project's recordings. Written to by one thread; readers take turns."""

    def __init__(self, file: Path, *, is_new: bool) -> None:
        """`is_new` to this process: it may be missing, or of an older version."""
        if is_new:
            migrate.bring(file, "replay")
            file.chmod(0o600)
        self._writer = _opened(file, _REPLAY_PRAGMAS)
        self._reader = _opened(file, _REPLAY_PRAGMAS)
        self._reading = threading.Lock()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One transaction: commits at the end, rolls back on any exception."""
        with _transaction(self._writer) as transaction:
            yield transaction

    def all(self, sql: str, params: Params | None = None, *, into: type[T]) -> list[T]:
        with self._reading, _our_errors():
            return _rows(self._reader, sql, params, into)

    def shrink(self, pages: int) -> bool:
        """Give the disk back at most so many pages that nothing stands on; False where none is left."""
        with _our_errors():
            for _ in self._writer.execute(f"pragma incremental_vacuum({pages})"):
                pass
            return any(left > 0 for (left,) in self._writer.execute("pragma freelist_count"))

    def close(self) -> None:
        with self._reading:
            self._reader.close()
        self._writer.close()


def _opened(file: Path, pragmas: str) -> apsw.Connection:
    with _our_errors():
        connection = apsw.Connection(str(file))
        for _ in connection.execute(pragmas):
            pass
        return connection


@contextmanager
def _transaction(connection: apsw.Connection) -> Iterator[Transaction]:
    with _our_errors(connection):
        connection.execute("begin immediate")
        try:
            yield Transaction(connection)
            connection.execute("commit")
        except BaseException:
            if connection.in_transaction:  # some failures, a full disk among them, have rolled back already
                connection.execute("rollback")
            raise


@contextmanager
def _our_errors(connection: apsw.Connection | None = None) -> Iterator[None]:
    try:
        yield
    except apsw.FullError as error:
        raise _disk_full(error) from None
    except apsw.BusyError as error:
        raise Unavailable("the database is busy; try again", cause=str(error), retry_after=1) from None
    except _UNREADABLE as error:
        if connection is not None and connection.system_errno in (errno.EDQUOT, errno.EFBIG):
            raise _disk_full(error) from None
        raise Unavailable("a data file could not be read or written", cause=str(error), retry_after=5) from None


def _disk_full(error: apsw.Error) -> DiskFull:
    text = "the disk is full: nothing was changed; free some space and try again"
    return DiskFull(text, cause=str(error))


def _plain(params: Params | None) -> dict[str, Value]:
    return {name: _value(value) for name, value in (params or {}).items()}


def _value(value: object) -> Value:
    if value is None or isinstance(value, str | bytes | int | float):
        return value
    return msgspec.json.encode(value).decode()


def _rows(connection: apsw.Connection, sql: str, params: Params | None, into: type[T]) -> list[T]:
    cursor = connection.cursor()
    cursor.execute(sql, _plain(params))
    found: list[T] = []
    names: list[str] = []
    for row in cursor:
        names = names or [column[0] for column in cursor.get_description()]
        found.append(msgspec.convert(dict(zip(names, row, strict=True)), into, strict=False))
    return found


class Cached:
    """Answers of `load`, kept until something in the file changes, whichever process changed it."""

    def __init__(self, control: ControlFile) -> None:
        self._control = control
        self._lock = threading.Lock()
        self._version = -1
        self._facts: dict[object, object] = {}

    def get(self, key: object, load: Callable[[], T]) -> T:
        """`load()` of this key; also None is remembered. At most 10,000 keys."""
        version = self._control.version()
        with self._lock:
            if version != self._version or len(self._facts) > 10_000:
                self._version = version
                self._facts.clear()
            if key in self._facts:
                return self._facts[key]  # type: ignore[return-value]
        value = load()
        with self._lock:
            if version == self._version:
                self._facts[key] = value
        return value
