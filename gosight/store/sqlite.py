"""gosight.db through apsw: one writer behind a lock, a reader for each thread, every commit on the disk."""

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


class Transaction:
    """What a writer may do between BEGIN IMMEDIATE and COMMIT."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

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
        migrate.control(file)
        file.chmod(0o600)
        self._lock = threading.RLock()
        self._writer = self._open()
        self._watch = self._open()
        self._watch_lock = threading.Lock()
        self._version = 0
        self._look_again = 0.0
        self._local = threading.local()
        self._readers: list[apsw.Connection] = []
        self._closed = False

    def _open(self) -> apsw.Connection:
        connection = apsw.Connection(str(self._file))
        for _ in connection.execute(_PRAGMAS):
            pass
        return connection

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One transaction of the only writer: commits at the end, rolls back on any exception."""
        with self._lock, _our_errors():
            self._writer.execute("begin immediate")
            try:
                yield Transaction(self._writer)
                self._writer.execute("commit")
                with self._watch_lock:  # behind whoever is looking now and may have seen the version before
                    self._look_again = 0.0
            except BaseException:
                if self._writer.in_transaction:  # some failures, a full disk among them, have rolled back already
                    self._writer.execute("rollback")
                raise

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
            connection = self._open()
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


@contextmanager
def _our_errors() -> Iterator[None]:
    try:
        yield
    except apsw.FullError as error:
        raise DiskFull(
            "the disk is full: nothing was changed; free some space and try again", cause=str(error)
        ) from None
    except apsw.BusyError as error:
        raise Unavailable("the database is busy; try again", cause=str(error), retry_after=1) from None


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
