"""Whether a project's events come in without a pause. Then figures may be a moment old: to derive anew for each reader
what the next commit makes old at once would take more of the machine than the events themselves."""

import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 1.0
BUSY_EVENTS = 1_000
"""Events within the window that make a stream. Below, a reader derives them itself in some 50 ms."""
NOTED_SECONDS = 0.05
"""Commits closer together than that are noted as one."""


class Stream:
    """Told of each commit by the writer's thread; asked by readers' threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._moved = threading.Condition()
        self._noted: deque[tuple[float, int]] = deque()
        """Moments of commits within the window, each with how many events there were by then."""
        self._events = 0

    def committed(self, events: int) -> None:
        """A group of so many events is on the disk."""
        now = self._clock()
        with self._moved:
            if not self._noted or now - self._noted[-1][0] >= NOTED_SECONDS:
                self._noted.append((now, self._events))
                self._forget(now)
            self._events += events
            self._moved.notify_all()

    def _forget(self, now: float) -> None:
        while self._noted and now - self._noted[0][0] > WINDOW_SECONDS:
            self._noted.popleft()

    def is_busy(self) -> bool:
        """Were there as many events within the window as make a stream?"""
        with self._moved:
            self._forget(self._clock())
            return bool(self._noted) and self._events - self._noted[0][1] >= BUSY_EVENTS

    def goes_on(self, patience: float) -> bool:
        """Is there another commit within `patience` seconds? Whoever sent something and waits for the answer of a read
        sends no more: for them the stream has ended."""
        with self._moved:
            before = self._events
            return self._moved.wait_for(lambda: self._events != before, patience)
