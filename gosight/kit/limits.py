"""Counting limits in memory: so many of something per minute, or hour, for each key; bounded, exact under threads."""

import threading

import msgspec

from gosight.kit.clock import HOUR, MINUTE, SECOND, Clock
from gosight.kit.errors import RateLimited

MAX_KEYS = 50_000
"""Keys remembered at once; past that the limiter forgets the oldest."""


class Verdict(msgspec.Struct, frozen=True):
    """`reset` and `retry_after` in seconds (the first since 1970)."""

    allowed: bool
    limit: int
    remaining: int
    reset: int
    retry_after: int

    def held(self, what: str, each: str = "a minute") -> "Verdict":
        """Itself where it allows; else raises RateLimited, which tells of `what` (a plural) there were too many."""
        if self.allowed:
            return self
        raise RateLimited(
            f"more than {self.limit} {what} in {each}; try again in {self.retry_after} s",
            retry_after=self.retry_after,
            headers=headers(self),
        )


UNLIMITED = Verdict(True, 0, 0, 0, 0)


def headers(verdict: Verdict) -> dict[str, str]:
    """Contract 1's three headers; none where there is no limit."""
    if verdict.limit <= 0:
        return {}
    return {
        "X-RateLimit-Limit": str(verdict.limit),
        "X-RateLimit-Remaining": str(verdict.remaining),
        "X-RateLimit-Reset": str(verdict.reset),
    }


class PerMinute:
    """A fixed window of one minute for each key, starting with that key's first use."""

    span = MINUTE

    def __init__(self, limit: int, clock: Clock) -> None:
        self.limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[str, list[int]] = {}

    def take(self, key: str, amount: int = 1) -> Verdict:
        """Count `amount` under `key` where it fits whole; a refused amount is not counted."""
        if self.limit <= 0:
            return UNLIMITED
        now = self._clock()
        with self._lock:
            window = self._windows.get(key)
            if window is None or now - window[0] >= self.span or now < window[0]:
                self._windows.pop(key, None)
                self._make_room(now)
                window = self._windows[key] = [now, 0]
            allowed = window[1] + amount <= self.limit
            if allowed:
                window[1] += amount
            wait = max(1, -(-(window[0] + self.span - now) // SECOND))
            reset = -(-(window[0] + self.span) // SECOND)
            return Verdict(allowed, self.limit, max(0, self.limit - window[1]), reset, 0 if allowed else wait)

    def give_back(self, key: str, amount: int = 1) -> None:
        """Uncount what was taken but not kept."""
        with self._lock:
            window = self._windows.get(key)
            if window is not None:
                window[1] = max(0, window[1] - amount)

    def _make_room(self, now: int) -> None:
        """Windows lie in the order in which they began: those that are over go, and the oldest of too many."""
        while self._windows:
            key, (began, _) = next(iter(self._windows.items()))
            if len(self._windows) < MAX_KEYS and now - began < self.span:
                return
            del self._windows[key]


class PerHour(PerMinute):
    """The same for an hour."""

    span = HOUR
