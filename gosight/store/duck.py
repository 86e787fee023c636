"""DuckDB: one instance, one file attached per project as catalog `p_<number>`, a small pool of reading cursors.

What callers see are cursors: `Engine.writer` for a project's one writing thread, `Engine.reading` for everybody else.
Every error of the driver leaves here as one of ours.
"""

import errno
import logging
import queue
import shutil
import threading
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import duckdb
import msgspec

from gosight.kit.errors import DiskFull, GoSightError, Internal, Unavailable
from gosight.store.folder import project_folder
from gosight.store.sqlfile import schema, statements

log = logging.getLogger("gosight.store")
T = TypeVar("T")
Params = Mapping[str, object] | Sequence[object] | None

_Pool = queue.LifoQueue[duckdb.DuckDBPyConnection]

READERS = 4
"""Cursors that may read at once; more only wait for the same two cores."""


LET_GO_SECONDS = 5.0
"""How long a file that was closed may take until it can be opened again."""


class TooSlow(Unavailable):
    """A query was stopped at its deadline."""


class Occupied(Unavailable):
    """A checkpoint can't begin while a transaction writes."""


class Refused(GoSightError):
    """DuckDB refused this statement or these values; nothing of the transaction was kept."""

    status = 400
    code = "VALIDATION_ERROR"


class Rejected(GoSightError):
    """Somebody's own statement is wrong, or needs more than it may use; the message, DuckDB's, is for who wrote it."""

    status = 400
    code = "VALIDATION_ERROR"


class Table(msgspec.Struct, frozen=True):
    """What a statement answered. `columns`: name and DuckDB's type; `is_cut`: there is more than was asked for."""

    columns: list[tuple[str, str]]
    rows: list[tuple[Any, ...]]
    is_cut: bool


class Broken(Unavailable):
    """A file or the whole instance can't go on until it is opened again."""


class LackedMemory(Unavailable):
    """There was too little memory. What takes it, a large query mostly, gives it back soon."""


class _BrokenForMemory(Broken, LackedMemory):
    """A commit or a checkpoint found none, and DuckDB gave the file up."""


class _InstanceLost(Broken):
    """The whole instance can't: no file can be attached to it."""


class Engine:
    """The instance. `threads` and `memory_limit_mb` hold for all files together."""

    def __init__(self, folder: Path, *, memory_limit_mb: int, threads: int, temp_limit_mb: int) -> None:
        self._folder = folder.resolve()
        self._scratch = self._folder / "tmp"
        self._limits = (memory_limit_mb, threads, temp_limit_mb)
        self._lock = threading.RLock()
        """Held while files are attached and detached, which may take a second."""
        self._moved = threading.Condition()
        """Held for moments: who reads which file, and which files are attached."""
        self._attached: set[int] = set()
        self._busy: dict[int, dict[duckdb.DuckDBPyConnection, bool]] = {}
        self._writers: weakref.WeakSet[Cursor] = weakref.WeakSet()
        self._instance: tuple[duckdb.DuckDBPyConnection, _Pool] | None = None
        self._closed = False

    def open(self) -> None:
        """Start the instance, which the first who needs it does otherwise."""
        with self._lock, _ours():
            if self._closed:
                raise Unavailable("the server is stopping", retry_after=5)
            if self._instance is None:
                self._instance = self._open()

    @property
    def _root(self) -> duckdb.DuckDBPyConnection:
        return self._opened()[0]

    @property
    def _readers(self) -> _Pool:
        return self._opened()[1]

    def _opened(self) -> tuple[duckdb.DuckDBPyConnection, _Pool]:
        if self._instance is None:
            self.open()
        assert self._instance is not None
        return self._instance

    def _open(self) -> tuple[duckdb.DuckDBPyConnection, _Pool]:
        memory, threads, temp = self._limits
        scratch = self._scratch
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)
        root = duckdb.connect(
            ":memory:",
            config={
                "threads": threads,
                "memory_limit": f"{memory}MiB",
                "temp_directory": str(scratch),
                "max_temp_directory_size": f"{temp}MiB",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "preserve_insertion_order": "true",
            },
        )
        root.execute("load icu")
        root.execute("set global TimeZone = 'UTC'")
        root.execute("set global wal_autocheckpoint = '1TB'")
        root.execute(f"set global allowed_directories = ['{_quoted(self._folder)}']")
        root.execute("set global enable_external_access = false")
        root.execute("set global lock_configuration = true")
        readers: _Pool = queue.LifoQueue()
        for _ in range(READERS):
            readers.put(root.cursor())
        return root, readers

    def file(self, number: int) -> Path:
        """Where a project's events are."""
        return project_folder(self._folder, number) / "events.duckdb"

    def attach(self, number: int) -> None:
        """Open a project's file, made and migrated where need be."""
        with self._lock:
            if number in self._attached:
                return
            try:
                self._attach(number)
            except _InstanceLost:
                self._renew()
                self._attach(number)
            with self._moved:
                self._attached.add(number)

    def _attach(self, number: int) -> None:
        file = self.file(number)
        with _ours():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._take_hold(file, number)
            try:
                _migrate(self._root.cursor(), number)
                file.chmod(0o600)
            except BaseException:
                self._root.execute(f"detach p_{number}")
                raise

    def _take_hold(self, file: Path, number: int) -> None:
        """A file that was detached is let go when the last cursor that saw it has turned away, in some milliseconds."""
        until = time.monotonic() + LET_GO_SECONDS
        while True:
            try:
                self._root.execute(f"attach '{_quoted(file)}' as p_{number}")
                return
            except duckdb.Error as error:
                if "Unique file handle conflict" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.005)

    def _renew(self) -> None:
        """An internal error took the whole instance: nothing that belongs to it can write any more, so begin anew."""
        log.error("the database engine failed and is started again")
        for number in list(self._attached):
            self._quieten(number)
        for writer in list(self._writers):
            writer.close()
        self._close_instance()
        self._instance = self._open()

    def detach(self, number: int) -> None:
        """Close a project's file; its log is folded in. Who is reading it is interrupted."""
        with self._lock:
            if number not in self._attached:
                return
            self._quieten(number)
            try:
                with _ours():
                    self._root.execute(f"detach p_{number}")
            except GoSightError as error:
                if "Detached database" not in (error.cause or ""):
                    raise
                log.warning("project %d: its log stays as it is until the next start (%s)", number, error.cause)

    def _quieten(self, number: int) -> None:
        """Let nobody read a file any more, and wait until nobody does."""
        with self._moved:
            self._attached.discard(number)
            while number in self._busy:
                self._stop_reading(number)
                self._moved.wait(0.05)

    def writer(self, number: int) -> "Cursor":
        """A cursor of its own, on an attached file."""
        with self._lock:
            self.attach(number)
            with _ours():
                connection = self._root.cursor()
                connection.execute(f"use p_{number}")
            cursor = Cursor(connection, self._scratch)
            self._writers.add(cursor)
            return cursor

    @contextmanager
    def reading(self, number: int, seconds: float) -> Iterator["Cursor"]:
        """A pooled cursor on an attached file, which stands still for it: all queries see the same moment.

        What runs past `seconds` is interrupted and raises `TooSlow`.
        """
        readers = self._readers
        try:
            connection = readers.get(timeout=seconds)
        except queue.Empty:
            raise TooSlow(f"no reader was free within {seconds:g} s; try again", retry_after=1) from None
        try:
            with self._using(number, connection, is_patient=False):
                try:
                    with _deadline(connection, seconds):
                        yield self._standing_still(connection, number)
                finally:
                    connection = self._fit(connection, readers)
        finally:
            readers.put(connection)

    def _standing_still(self, connection: duckdb.DuckDBPyConnection, number: int) -> "Cursor":
        """On a project's file, in a transaction."""
        cursor = Cursor(connection, self._scratch)
        cursor.run(f"use p_{number}")
        cursor.begin()
        return cursor

    def _fit(self, connection: duckdb.DuckDBPyConnection, readers: _Pool) -> duckdb.DuckDBPyConnection:
        """A reader for the next: this one, unless it is stuck in a transaction."""
        try:
            Cursor(connection, self._scratch).rollback()
        except GoSightError as error:
            log.warning("a reader is replaced (%s)", error.cause)
        else:
            if readers is self._readers:
                return connection
        connection.close()
        return self._root.cursor()

    def checkpoint(self, number: int) -> None:
        """Fold an attached file's log into it, on a cursor of its own, so that no commit waits."""
        connection = self._root.cursor()
        try:
            with self._using(number, connection, is_patient=True), _ours():
                connection.execute(f"checkpoint p_{number}")
        finally:
            connection.close()

    @contextmanager
    def _using(self, number: int, connection: duckdb.DuckDBPyConnection, *, is_patient: bool) -> Iterator[None]:
        """Note who works on a file. Where it must close, what is patient is waited for and the rest interrupted."""
        with self._moved:
            if number not in self._attached:
                raise Unavailable("the project's data file is being opened; try again in a moment", retry_after=1)
            self._busy.setdefault(number, {})[connection] = is_patient
        try:
            yield
        finally:
            with self._moved:
                del self._busy[number][connection]
                if not self._busy[number]:
                    del self._busy[number]
                self._moved.notify_all()

    def interrupt(self) -> None:
        """Stop everything that is read now."""
        with self._moved:
            for number in self._busy:
                self._stop_reading(number)

    def _stop_reading(self, number: int) -> None:
        for connection, is_patient in self._busy[number].items():
            if not is_patient:
                connection.interrupt()

    def memory_bytes(self) -> int:
        """What DuckDB holds in memory now."""
        if self._instance is None:
            return 0
        with self._lock, _ours():
            row = self._root.execute("select sum(memory_usage_bytes) from duckdb_memory()").fetchone()
            return int(row[0] or 0) if row else 0

    def close(self) -> None:
        """Close all files. What can't be folded in stays in its log, and is read at the next start."""
        with self._lock:
            for number in list(self._attached):
                try:
                    self.detach(number)
                except GoSightError as error:
                    log.error("project %d was not closed cleanly: %s (%s)", number, error.message, error.cause)
            self._closed = True
            if self._instance is not None:
                self._close_instance()

    def _close_instance(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._readers.get_nowait().close()
        self._root.close()


@contextmanager
def _deadline(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """What is running when `seconds` are over is interrupted, and so is whatever begins then."""
    done = threading.Event()

    def ring() -> None:
        if not done.wait(seconds):
            connection.interrupt()
            while not done.wait(0.05):
                connection.interrupt()

    alarm = threading.Thread(target=ring, name="deadline", daemon=True)
    alarm.start()
    try:
        yield
    finally:
        done.set()
        alarm.join()


class Cursor:
    """Statements on one project's file, errors turned into ours."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, scratch: Path) -> None:
        self._connection = connection
        self._scratch = scratch
        self._parsed: dict[str, duckdb.Statement] = {}

    def interrupt(self) -> None:
        """From another thread: what runs here now ends with `TooSlow`."""
        self._connection.interrupt()

    def run(self, sql: str, params: Params = None) -> None:
        with _ours():
            self._connection.execute(self._statement(sql), params)

    def rows(self, sql: str, params: Params = None) -> list[tuple[Any, ...]]:
        with _ours():
            return self._connection.execute(self._statement(sql), params).fetchall()

    def table(self, sql: str, *, max_rows: int, max_bytes: int, params: Params = None) -> Table:
        """What somebody's own statement answers, as much of it as fits. Raises Rejected where it is wrong."""
        with _ours(is_asked=True):
            result = self._connection.execute(sql, params)
            columns = [(str(column[0]), str(column[1])) for column in result.description or ()]
            rows: list[tuple[Any, ...]] = []
            left = max_bytes
            while found := result.fetchmany(_AT_ONCE):
                for row in found:
                    left -= _size(row)
                    if len(rows) >= max_rows or left < 0:
                        return Table(columns, rows, True)
                    rows.append(row)
            return Table(columns, rows, False)

    def parquet(self, sql: str, *, max_rows: int) -> bytes:
        """What somebody's own statement answers as a Parquet file. Whoever calls has seen that so many rows are not too
        large. Raises Rejected where it is wrong."""
        file = self._scratch / f"{uuid4().hex}.parquet"
        try:
            with _ours(is_asked=True):
                self._connection.execute(
                    f"copy (select * from ({sql}) limit {max_rows:d}) to '{_quoted(file)}' (format parquet)"  # noqa: S608
                )
            return file.read_bytes()
        finally:
            file.unlink(missing_ok=True)

    def numbers(self, sql: str) -> Iterator[int]:
        """The one column of a long result, without holding it all. Nothing else may run on this cursor meanwhile."""
        for row in self.stream(sql, at_once=20_000):
            yield row[0]

    def stream(self, sql: str, params: Params = None, at_once: int = 500) -> Iterator[tuple[Any, ...]]:
        """Rows as they are needed, `at_once` in memory. Nothing else may run on this cursor meanwhile."""
        with _ours():
            result = self._connection.execute(self._statement(sql), params)
            while rows := result.fetchmany(at_once):
                yield from rows

    def _statement(self, sql: str) -> duckdb.Statement:
        """Parsed once: that is a fifth of what a small statement costs."""
        statement = self._parsed.get(sql)
        if statement is None:
            if len(self._parsed) > 200:
                self._parsed.clear()
            statement = self._parsed[sql] = self._connection.extract_statements(sql)[0]
        return statement

    def all(self, sql: str, params: Params = None, *, into: type[T]) -> list[T]:
        """Each row as a struct whose fields are named like the columns."""
        with _ours():
            result = self._connection.execute(self._statement(sql), params)
            names = [column[0] for column in result.description or ()]
            rows = result.fetchall()
        return [msgspec.convert(dict(zip(names, row, strict=True)), into) for row in rows]

    def one(self, sql: str, params: Params = None, *, into: type[T]) -> T:
        """The only row of an aggregate."""
        return self.all(sql, params, into=into)[0]

    def begin(self) -> None:
        self.run("begin transaction")

    def commit(self) -> None:
        """On return the transaction is on the disk."""
        self.run("commit")

    def rollback(self) -> None:
        """Give up what is open; a transaction that already ended is fine."""
        try:
            self._connection.execute("rollback")
        except duckdb.TransactionException:
            return
        except duckdb.Error as error:
            raise _translate(error) from None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.begin()
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        try:
            self.commit()
        except BaseException:
            self.rollback()
            raise

    def close(self) -> None:
        self._connection.close()


_AT_ONCE = 32
"""Rows of somebody's own statement that are in memory before their size is known."""


def _size(value: object) -> int:
    """Bytes that a value takes, roughly."""
    if isinstance(value, str | bytes):
        return 56 + len(value)
    if isinstance(value, dict):
        return 64 + sum(_size(key) + _size(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return 64 + sum(_size(item) for item in value)
    return 32


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")


def _migrate(cursor: duckdb.DuckDBPyConnection, number: int) -> None:
    """Apply what is missing, each migration in its own transaction."""
    try:
        cursor.execute(f"use p_{number}")
        cursor.execute("create table if not exists migrations (name varchar not null, applied_at timestamp not null)")
        applied = {row[0] for row in cursor.execute("select name from migrations").fetchall()}
        for name, text in schema("events"):
            if name in applied:
                continue
            cursor.execute("begin transaction")
            for statement in statements(text):
                cursor.execute(statement)
            cursor.execute("insert into migrations values ($1, now()::timestamp)", [name])
            cursor.execute("commit")
    finally:
        cursor.close()


@contextmanager
def _ours(*, is_asked: bool = False) -> Iterator[None]:
    """Errors as ours. `is_asked`: the statement is somebody's own, who is told what is wrong with it."""
    try:
        yield
    except duckdb.Error as error:
        raise _rejected(error) if is_asked and isinstance(error, _OF_THE_STATEMENT) else _translate(error) from None
    except OSError as error:
        raise _of_the_system(str(error), is_full=error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)) from None


_OF_THE_STATEMENT = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.SyntaxException,
    duckdb.NotImplementedException,
    duckdb.InvalidInputException,
    duckdb.InvalidTypeException,
    duckdb.TypeMismatchException,
    duckdb.ConversionException,
    duckdb.OutOfRangeException,
    duckdb.OutOfMemoryException,
    duckdb.InternalException,
)


def _rejected(error: duckdb.Error) -> Rejected:
    text = str(error)
    if isinstance(error, duckdb.OutOfMemoryException):
        return Rejected("it needs more memory than it may use; ask for less at once", cause=text)
    if isinstance(error, duckdb.InternalException):
        log.error("a query was too much for the database engine: %s", text)
        return Rejected("the database cannot run this; write it another way", cause=text)
    return Rejected(text.partition("\n\nLINE ")[0].partition(": ")[2] or text, cause=text)


def _translate(error: duckdb.Error) -> GoSightError:
    text = str(error)
    if isinstance(error, duckdb.TransactionException) and "Cannot CHECKPOINT" in text:
        return Occupied("events are being written", cause=text)
    if isinstance(error, duckdb.InterruptException):
        return TooSlow("the query ran longer than it may; ask for a shorter range or fewer filters", cause=text)
    if isinstance(error, duckdb.FatalException | duckdb.InternalException | duckdb.ConnectionException):
        return _InstanceLost(_OPENED_AGAIN, cause=text, retry_after=1)
    if "has been invalidated" in text:
        return _broken(text)(_OPENED_AGAIN, cause=text, retry_after=1)
    if isinstance(error, duckdb.OutOfMemoryException):
        return LackedMemory("the query needs more memory than it may use; ask for a shorter range", cause=text)
    if isinstance(error, duckdb.IOException) or "Failed to commit" in text:
        return _of_the_system(text, is_full="No space left" in text or "File too large" in text or "quota" in text)
    if isinstance(error, duckdb.ConversionException | duckdb.InvalidInputException | duckdb.DataError):
        return Refused("a value cannot be stored", cause=text)
    return Internal("the database refused a statement", cause=text)


_OPENED_AGAIN = "the project's data file must be opened again; try again in a moment"


_NO_MEMORY = ("Out of Memory", "failed to allocate", "failed to pin", "could not allocate")


def _broken(text: str) -> type[Broken]:
    """DuckDB tells what lay behind it in words alone."""
    return _BrokenForMemory if any(words in text for words in _NO_MEMORY) else Broken


def _of_the_system(text: str, *, is_full: bool) -> GoSightError:
    if is_full:
        return DiskFull("the disk is full: nothing was kept; free some space and send it again", cause=text)
    return _broken(text)("the project's data file could not be read or written", cause=text, retry_after=1)
