"""DuckDB: one instance, one file attached per project as catalog `p_<number>`, a small pool of reading cursors.

What callers see are cursors: `Engine.writer` for a project's one writing thread, `Engine.reading` for everybody else.
Every error of the driver leaves here as one of ours.
"""

import queue
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import msgspec

from gosight.kit.errors import DiskFull, GoSightError, Internal, Unavailable
from gosight.store.sqlfile import schema, statements

T = TypeVar("T")
Params = Mapping[str, object] | Sequence[object] | None

READERS = 4
"""Cursors that may read at once; more only wait for the same two cores."""


class TooSlow(Unavailable):
    """A query was stopped at its deadline."""


class Refused(GoSightError):
    """DuckDB refused this statement or these values; nothing of the transaction was kept."""

    status = 400
    code = "VALIDATION_ERROR"


class Broken(Unavailable):
    """A file or the whole instance can't go on until it is opened again."""


class Engine:
    """The instance. `threads` and `memory_limit_mb` hold for all files together."""

    def __init__(self, folder: Path, *, memory_limit_mb: int, threads: int, temp_limit_mb: int) -> None:
        self._folder = folder.resolve()
        self._limits = (memory_limit_mb, threads, temp_limit_mb)
        self._lock = threading.RLock()
        self._attached: set[int] = set()
        self._root = self._open()
        self._readers: queue.LifoQueue[duckdb.DuckDBPyConnection] = queue.LifoQueue()
        for _ in range(READERS):
            self._readers.put(self._root.cursor())

    def _open(self) -> duckdb.DuckDBPyConnection:
        memory, threads, temp = self._limits
        scratch = self._folder / "tmp"
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
        return root

    def file(self, number: int) -> Path:
        """Where a project's events are."""
        return self._folder / "projects" / str(number) / "events.duckdb"

    def attach(self, number: int) -> None:
        """Open a project's file, made and migrated where need be."""
        with self._lock:
            if number in self._attached:
                return
            file = self.file(number)
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _ours():
                self._root.execute(f"attach '{_quoted(file)}' as p_{number}")
                _migrate(self._root.cursor(), number)
            file.chmod(0o600)
            self._attached.add(number)

    def detach(self, number: int) -> None:
        """Close a project's file. No cursor may be reading it."""
        with self._lock:
            if number in self._attached:
                self._attached.discard(number)
                with _ours():
                    self._root.execute(f"detach p_{number}")

    def writer(self, number: int) -> "Cursor":
        """A cursor of its own, on an attached file."""
        self.attach(number)
        with self._lock:
            cursor = self._root.cursor()
        cursor.execute(f"use p_{number}")
        return Cursor(cursor)

    @contextmanager
    def reading(self, number: int, seconds: float) -> Iterator["Cursor"]:
        """A pooled cursor on a project's file; what runs past `seconds` is interrupted and raises `TooSlow`."""
        self.attach(number)
        try:
            connection = self._readers.get(timeout=seconds)
        except queue.Empty:
            raise TooSlow(f"no reader was free within {seconds:g} s; try again", retry_after=1) from None
        alarm = threading.Timer(seconds, connection.interrupt)
        alarm.daemon = True
        try:
            with _ours():
                connection.execute(f"use p_{number}")
            alarm.start()
            yield Cursor(connection)
        finally:
            alarm.cancel()
            self._readers.put(connection)

    def memory_bytes(self) -> int:
        """What DuckDB holds in memory now."""
        with self._lock, _ours():
            row = self._root.execute("select sum(memory_usage_bytes) from duckdb_memory()").fetchone()
            return int(row[0] or 0) if row else 0

    def close(self) -> None:
        """Close all files. The last words of each are in its WAL, so nothing waits for a checkpoint."""
        with self._lock:
            while True:
                try:
                    self._readers.get_nowait().close()
                except queue.Empty:
                    break
            for number in list(self._attached):
                self.detach(number)
            self._root.close()


class Cursor:
    """Statements on one project's file, errors turned into ours."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._parsed: dict[str, duckdb.Statement] = {}

    def run(self, sql: str, params: Params = None) -> None:
        with _ours():
            self._connection.execute(self._statement(sql), params)

    def rows(self, sql: str, params: Params = None) -> list[tuple[Any, ...]]:
        with _ours():
            return self._connection.execute(self._statement(sql), params).fetchall()

    def numbers(self, sql: str) -> Iterator[int]:
        """The one column of a long result, without holding it all. Nothing else may run on this cursor meanwhile."""
        with _ours():
            result = self._connection.execute(self._statement(sql))
            while rows := result.fetchmany(20_000):
                for row in rows:
                    yield row[0]

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
def _ours() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise _translate(error) from None


def _translate(error: duckdb.Error) -> GoSightError:
    text = str(error)
    if isinstance(error, duckdb.InterruptException):
        return TooSlow("the query ran longer than it may; ask for a shorter range or fewer filters", cause=text)
    if isinstance(error, duckdb.FatalException | duckdb.InternalException) or "has been invalidated" in text:
        return Broken("the project's data file must be opened again; try again in a moment", cause=text, retry_after=1)
    if isinstance(error, duckdb.OutOfMemoryException):
        return Unavailable("the query needs more memory than it may use; ask for a shorter range", cause=text)
    if isinstance(error, duckdb.IOException):
        if "No space left" in text or "disk" in text.lower():
            return DiskFull("the disk is full: nothing was kept; free some space and send it again", cause=text)
        return Broken("the project's data file could not be read or written", cause=text, retry_after=1)
    if isinstance(error, duckdb.ConversionException | duckdb.InvalidInputException | duckdb.DataError):
        return Refused("a value cannot be stored", cause=text)
    return Internal("the database refused a statement", cause=text)
