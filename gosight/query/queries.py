"""Run somebody's SQL on one project's data, within what it may use."""

import difflib
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

import msgspec

from gosight.control import Project
from gosight.events import EventFiles
from gosight.kit.clock import Clock, to_datetime
from gosight.kit.errors import Unavailable
from gosight.kit.limits import PerMinute, Verdict
from gosight.kit.meters import Meters
from gosight.query.model import Column, Function, MissingCustomerFilter, Prepared, QueryRefused, Result, Table
from gosight.query.stop import Stop
from gosight.store.duck import Cursor, Rejected, TooSlow
from gosight.store.duck import Table as Answer

T = TypeVar("T")
AT_ONCE = 2
"""Queries that run at a time: half of the readers stay with the dashboard."""
WAIT_SECONDS = 5.0
"""How long a query waits for its turn."""
WAITING = 8
"""Queries that may wait: each holds a thread meanwhile."""
MAX_BYTES = 32 * 1024 * 1024
"""Of a result, in memory."""


class Queries:
    """What may be asked in SQL. `seconds` for each query."""

    def __init__(
        self,
        files: EventFiles,
        clock: Clock,
        meters: Meters,
        *,
        max_rows: int,
        seconds: float,
        per_minute: int,
    ) -> None:
        self._files = files
        self._clock = clock
        self._meters = meters
        self.max_rows = max_rows
        self.seconds = seconds
        self.per_minute = per_minute
        self._rate = PerMinute(per_minute, clock)
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._waiting = threading.BoundedSemaphore(AT_ONCE + WAITING)

    def count(self, project: Project) -> Verdict:
        """Count one query of this project; raises RateLimited where there were too many in a minute."""
        return self._rate.take(str(project.number)).held("queries of this project")

    def run(
        self,
        project: Project,
        sql: str,
        *,
        max_rows: int | None = None,
        seconds: float | None = None,
        needs_customer: bool = True,
        stop: Stop | None = None,
    ) -> Result:
        """Blocks: call it in a thread. `max_rows` and `seconds` can only be less than the settings'. With
        `needs_customer` each part that reads a table needs a condition on customer_id. `stop`: for whoever may give
        the query up. Raises QueryRefused, MissingCustomerFilter, Unavailable."""
        begin = time.perf_counter()
        with self._counted(project, begin):
            ready = self._prepared(project, sql, needs_customer)
            most = min(max_rows or self.max_rows, self.max_rows)
            found = self._asked(project, ready, min(seconds or self.seconds, self.seconds), _table(ready, most), stop)
        took = (time.perf_counter() - begin) * 1000
        return Result(columns=_named(found), rows=found.rows, truncated=found.is_cut, execution_time_ms=round(took, 1))

    @contextmanager
    def _counted(self, project: Project, begin: float) -> Iterator[None]:
        outcome = "failed"
        try:
            yield
            outcome = "ok"
        except (QueryRefused, MissingCustomerFilter):
            outcome = "refused"
            raise
        finally:
            self._meters.query(project.id, outcome, time.perf_counter() - begin)

    def parquet(self, project: Project, sql: str, *, needs_customer: bool = True) -> tuple[bytes, bool]:
        """The same as a Parquet file, and was it cut? It runs twice: first to see how many rows are not too many."""
        begin = time.perf_counter()
        with self._counted(project, begin):
            ready = self._prepared(project, sql, needs_customer)

            def work(cursor: Cursor) -> tuple[bytes, bool]:
                found = _table(ready, self.max_rows)(cursor)
                rows, is_cut = len(found.rows), found.is_cut
                found.rows.clear()
                return cursor.parquet(ready.sql, max_rows=rows), is_cut

            return self._asked(project, ready, self.seconds, work)

    def check(self, project: Project, sql: str, *, needs_customer: bool = True) -> list[Column]:
        """The columns that the query would answer. All of the gate and of what DuckDB has to say, without any rows."""
        ready = self._prepared(project, sql, needs_customer)
        dry = Prepared(
            sql=f"select * from ({ready.sql}) limit 0",  # noqa: S608 - written by the gate
            parts=ready.parts,
            catalog=ready.catalog,
            format=ready.format,
        )
        return _named(self._asked(project, dry, self.seconds, _table(dry, 0)))

    def format_of(self, project: Project, sql: str) -> str:
        """What stands behind ClickHouse's FORMAT, or ""."""
        return self._prepared(project, sql, needs_customer=False).format

    def tables(self) -> list[Table]:
        return list(_sql().TABLES.values())

    def functions(self) -> list[Function]:
        return list(_sql().all_functions())

    def _prepared(self, project: Project, sql: str, needs_customer: bool) -> Prepared:
        now = to_datetime(self._clock()).replace(tzinfo=None)
        ready: Prepared = _sql().prepared(project, sql, now=now, needs_customer=needs_customer)
        return ready

    def _asked(
        self,
        project: Project,
        ready: Prepared,
        seconds: float,
        work: Callable[[Cursor], T],
        given: Stop | None = None,
    ) -> T:
        stop = given or Stop()
        try:
            with self._turn(), self._files.of(project.number).reading(seconds) as cursor, stop.reaching(cursor):
                _look_again(cursor, ready)
                stop.need_wanted()
                return work(cursor)
        except TooSlow as error:
            stop.need_wanted()
            if error.cause is None:
                raise
            raise QueryRefused(
                f"it ran longer than {seconds:g} s; ask for a shorter time or for less", cause=error.cause
            ) from None
        except Rejected as error:
            raise QueryRefused(_in_words(error.message, ready), cause=error.cause) from None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._waiting.acquire(blocking=False):
            raise Unavailable("too many queries wait for their turn; try again in a moment", retry_after=1)
        try:
            if not self._turns.acquire(timeout=WAIT_SECONDS):
                raise Unavailable("other queries take long; try again in a moment", retry_after=2)
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._waiting.release()


def _table(ready: Prepared, max_rows: int) -> Callable[[Cursor], Answer]:
    """What answers a statement: where it gathers, within what `weight` allows."""

    def work(cursor: Cursor) -> Answer:
        if not max_rows or not _sql().may_be_large(ready.sql):
            return cursor.table(ready.sql, max_rows=max_rows, max_bytes=MAX_BYTES)
        dry = f"select * from ({ready.sql}) limit 0"  # noqa: S608 (written by the gate)
        columns = cursor.table(dry, max_rows=0, max_bytes=0).columns
        sql = _sql().watched(ready.sql, [Column(name, kind) for name, kind in columns])
        found = cursor.table(sql, max_rows=max_rows, max_bytes=MAX_BYTES)
        return Answer(columns, found.rows, found.is_cut)

    return work


def _sql() -> Any:
    """`gosight.query.sql`; see there why it is imported so late."""
    return import_module("gosight.query.sql")


def _look_again(cursor: Cursor, ready: Prepared) -> None:
    ((text,),) = cursor.rows(_sql().STATEMENT, {"sql": ready.sql})
    _sql().need_harmless(msgspec.json.decode(text), ready.catalog, ready.parts)


def _named(found: Answer) -> list[Column]:
    """Columns of one name get a number, so that none is lost where rows are objects."""
    names: dict[str, int] = {}
    columns = []
    for name, kind in found.columns:
        names[name] = names.get(name, 0) + 1
        fresh = name if names[name] == 1 else f"{name}_{names[name]}"
        columns.append(Column(fresh, kind))
    return columns


def _in_words(message: str, ready: Prepared) -> str:
    """DuckDB's message without what is ours: the catalog, the parts' new names, hints at settings."""
    text = (
        message.replace(f'"{ready.catalog}"."main".', "")
        .replace(f"{ready.catalog}.main.", "")
        .replace(ready.catalog, "")
    )
    text = re.sub(r"\bpart_\d+_(\w+)", r"\1", text)
    text = re.split(r"\n\s*(?:LINE|Candidate functions|Did you mean \"p_)", text)[0]
    text = " ".join(text.split())[:600]
    text = text.replace("DECIMAL(38,9)", "a number")
    missing = re.search(r'Referenced column "([^"]{1,80})" not found', text)
    if missing:
        columns = sorted({column.name for table in _sql().TABLES.values() for column in table.columns})
        near = difflib.get_close_matches(missing[1].lower(), columns, n=3, cutoff=0.5)
        return f"there is no column {missing[1]}" + (f"; near: {', '.join(near)}" if near else "")
    return text[:1].lower() + text[1:] if text[:2].istitle() else text
