"""Background work is a table: what, how often, function. A job that fails is logged and tried at its next turn."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Sequence

import msgspec

log = logging.getLogger("gosight.jobs")


class Wake:
    """Rung from any thread, it brings a job's next turn forward to now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rung = False
        self._sleeper: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def ring(self) -> None:
        with self._lock:
            self._rung = True
            if self._sleeper is not None:
                loop, event = self._sleeper
                with contextlib.suppress(RuntimeError):  # the loop is closed: nobody will have a turn any more
                    loop.call_soon_threadsafe(event.set)

    async def wait(self, seconds: float) -> None:
        """Until it is rung, or was since the last time; at most so long."""
        event = asyncio.Event()
        with self._lock:
            if self._rung:
                self._rung = False
                return
            self._sleeper = (asyncio.get_running_loop(), event)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await event.wait()
        finally:
            with self._lock:
                self._sleeper = None
                self._rung = False


class Job(msgspec.Struct, frozen=True):
    """`every` in seconds; `run` is called in a worker thread, and at once where `wake` is rung."""

    name: str
    every: float
    run: Callable[[], None]
    wake: Wake | None = None


async def keep_running(jobs: Sequence[Job]) -> None:
    """Run all jobs until cancelled; one never delays another."""
    await asyncio.gather(*(_repeat(job) for job in jobs))


async def _repeat(job: Job) -> None:
    while True:
        await (asyncio.sleep(job.every) if job.wake is None else job.wake.wait(job.every))
        try:
            await asyncio.to_thread(job.run)
        except Exception:
            log.exception("job %s failed; its next turn is in %s s", job.name, job.every)
