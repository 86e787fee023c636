"""A query that nobody waits for any more is ended, so that its place is free for the next."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import anyio

from gosight.query.model import QueryRefused
from gosight.store.duck import Cursor

T = TypeVar("T")
Receive = Callable[..., Awaitable[Any]]


class Stop:
    """For one query: whoever waits for it may give it up, from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cursor: Cursor | None = None
        self.is_set = False

    @property
    def is_reaching(self) -> bool:
        """Does the query run?"""
        return self._cursor is not None

    def set(self) -> None:
        """What runs is interrupted; what has not begun never does."""
        with self._lock:
            self.is_set = True
            if self._cursor is not None:
                self._cursor.interrupt()

    def need_wanted(self) -> None:
        """Raises QueryRefused where it was given up."""
        if self.is_set:
            raise QueryRefused("it was given up by whoever asked")

    @contextmanager
    def reaching(self, cursor: Cursor) -> Iterator[None]:
        """What runs on this cursor can be interrupted meanwhile."""
        with self._lock:
            self.need_wanted()
            self._cursor = cursor
        try:
            yield
        finally:
            with self._lock:
                self._cursor = None


async def while_heard(receive: Receive, work: Callable[[], T], stop: Stop) -> T:
    """`work`, in a thread. Where the client goes away meanwhile, `stop` is set."""

    async def listen() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        stop.set()

    listening = asyncio.create_task(listen())
    try:
        return await anyio.to_thread.run_sync(work)
    finally:
        listening.cancel()
