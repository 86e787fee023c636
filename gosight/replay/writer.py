"""Who writes to replay files: one thread. Whatever waits goes in one transaction a file, then the requests answer."""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

import msgspec

from gosight.kit.errors import DiskFull, GoSightError, Internal, NotFound, Unavailable
from gosight.replay.model import Chunk

log = logging.getLogger("gosight.replay")
T = TypeVar("T")

MAX_GROUP_BYTES = 8 * 1024 * 1024
"""Bytes of chunks in one group: what is committed at once is also what a reader's memory may see of the log."""


class _Put(msgspec.Struct, eq=False):
    number: int
    chunk: Chunk
    done: "Future[int]"


class _Task(msgspec.Struct, eq=False):
    run: Callable[[], Any]
    done: "Future[Any]"


class _Stop(msgspec.Struct):
    pass


class Writer(threading.Thread):
    """`store` adds chunks to a project's files. Ends after what was handed in before `stop`."""

    def __init__(self, store: Callable[[int, Sequence[Chunk]], list[int]]) -> None:
        super().__init__(name="replay-writer", daemon=True)
        self._put_away = store
        self._inbox: queue.SimpleQueue[_Put | _Task | _Stop] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False

    @property
    def waiting(self) -> int:
        """How much has been handed in and is not begun."""
        return self._inbox.qsize()

    def put(self, number: int, chunk: Chunk) -> "Future[int]":
        """Store a chunk of project `number`; the result is how many events it has, once it is on the disk."""
        put = _Put(number, chunk, Future())
        self._hand_in(put)
        return put.done

    def task(self, run: Callable[[], T]) -> "Future[T]":
        """Run something between two groups, in slices of at most 50 ms."""
        task = _Task(run, Future())
        self._hand_in(task)
        return task.done

    def _hand_in(self, item: _Put | _Task) -> None:
        with self._closing:
            if self._closed:
                item.done.set_exception(Unavailable("the server is stopping; try again", retry_after=2))
            else:
                self._inbox.put(item)

    def stop(self) -> None:
        """Finish what waits, then end; what comes later is turned down."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._inbox.put(_Stop())

    def run(self) -> None:
        going_on = True
        while going_on:
            puts, tasks, going_on = self._gather()
            self._store_all(puts)
            for task in tasks:
                _perform(task)

    def _gather(self) -> tuple[list[_Put], list[_Task], bool]:
        """Wait for something, then take all that waits, up to the size of a group."""
        puts: list[_Put] = []
        tasks: list[_Task] = []
        size = 0
        item = self._inbox.get()
        while True:
            if isinstance(item, _Put):
                puts.append(item)
                size += len(item.chunk.body)
            elif isinstance(item, _Task):
                tasks.append(item)
            else:
                return puts, tasks, False
            if size >= MAX_GROUP_BYTES:
                return puts, tasks, True
            try:
                item = self._inbox.get_nowait()
            except queue.Empty:
                return puts, tasks, True

    def _store_all(self, puts: list[_Put]) -> None:
        by_project: dict[int, list[_Put]] = {}
        for put in puts:
            by_project.setdefault(put.number, []).append(put)
        for number, group in by_project.items():
            self._store(number, group)

    def _store(self, number: int, group: list[_Put]) -> None:
        try:
            counts = self._put_away(number, [put.chunk for put in group])
        except (DiskFull, NotFound, Unavailable) as error:
            log.error("project %d: %d chunks were not stored: %s (%s)", number, len(group), error.message, error.cause)
            _refuse(group, error)
        except Exception as error:
            self._store_each(number, group, error)
        else:
            for put, count in zip(group, counts, strict=True):
                if put.done.set_running_or_notify_cancel():
                    put.done.set_result(count)

    def _store_each(self, number: int, group: list[_Put], error: Exception) -> None:
        """One that can't be stored takes no others down."""
        if len(group) > 1:
            for put in group:
                self._store(number, [put])
            return
        log.error("project %d: a chunk was not stored", number, exc_info=error)
        _refuse(group, error if isinstance(error, GoSightError) else Internal("the chunk could not be stored"))


def _refuse(group: list[_Put], error: GoSightError) -> None:
    for put in group:
        if put.done.set_running_or_notify_cancel():
            put.done.set_exception(error)


def _perform(task: _Task) -> None:
    try:
        found = task.run()
    except Exception as error:
        task.done.set_exception(error)
    else:
        task.done.set_result(found)
