"""What was answered a moment ago, within bounds of time and memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from gosight.kit.clock import Clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """`keep` in microseconds; `size` tells the bytes of a value, of which all together have at most `most_bytes`.

    What is larger than an eighth of that is not kept: one large result must not push out all others.
    """

    def __init__(self, clock: Clock, *, keep: int, most_bytes: int, size: Callable[[V], int]) -> None:
        self._clock = clock
        self._keep = keep
        self._most = most_bytes
        self._size = size
        self._lock = threading.Lock()
        self._held: OrderedDict[K, tuple[int, int, V]] = OrderedDict()
        self._bytes = 0

    def get(self, key: K) -> V | None:
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            since, _, value = found
            if not 0 <= self._clock() - since < self._keep:
                self._drop(key)
                return None
            self._held.move_to_end(key)
            return value

    def put(self, key: K, value: V) -> None:
        size = self._size(value)
        with self._lock:
            self._drop(key)
            if size > self._most // 8:
                return
            self._held[key] = (self._clock(), size, value)
            self._bytes += size
            while self._bytes > self._most:
                self._drop(next(iter(self._held)))

    def drop(self, key: K) -> None:
        with self._lock:
            self._drop(key)

    def _drop(self, key: K) -> None:
        found = self._held.pop(key, None)
        if found is not None:
            self._bytes -= found[1]
