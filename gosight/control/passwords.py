"""Passwords with argon2id, never on the event loop and never more than two at once."""

import asyncio
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gosight.kit.errors import Unavailable

AT_ONCE = 2
"""Hashes under way: each takes 19 MiB, and there are rarely more cores."""
MAX_WAITING = 64
"""Requests that may wait for a hash, some 2 s; further ones are sent away, so that sign-ins cannot pile up."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's minimum for argon2id: 19 MiB, two passes; some 25 ms."""


def hashed(password: str) -> str:
    """For where there is no event loop, as on the command line."""
    return _HASHER.hash(password)


def matches(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    """What is compared with where there is no such member."""
    return hashed(secrets.token_hex(16))


class Passwords:
    """Hashes and compares in two threads of its own."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="password")
        self._waiting = threading.Semaphore(MAX_WAITING)
        self._decoy = self._threads.submit(_decoy)

    async def hashed(self, password: str) -> str:
        with self._place():
            return await asyncio.get_running_loop().run_in_executor(self._threads, hashed, password)

    async def match(self, kept: str | None, password: str) -> bool:
        """Is this the password? Where there is none (an unknown address) it takes as long, and is not."""
        with self._place():
            loop = asyncio.get_running_loop()
            decoy: str = await asyncio.wrap_future(self._decoy)
            against = decoy if kept is None else kept
            return await loop.run_in_executor(self._threads, matches, against, password) and kept is not None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _place(self) -> "_Place":
        return _Place(self._waiting)


class _Place:
    """A place in the queue, or `Unavailable`."""

    def __init__(self, waiting: threading.Semaphore) -> None:
        self._waiting = waiting

    def __enter__(self) -> None:
        if not self._waiting.acquire(blocking=False):
            raise Unavailable("too many people are signing in at this moment; try again", retry_after=2)

    def __exit__(self, *_: object) -> None:
        self._waiting.release()
