"""The courier: takes what is due from the line and sends it, many at a time, on an event loop and a thread of its own.

At least once: a delivery is sent, and then it is written down that it was. Whoever is killed in between sends it again,
under the same id, by which receivers know that they have it.
"""

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from gosight.kit.clock import Clock
from gosight.kit.jobs import Wake
from gosight.kit.meters import Meters
from gosight.outbox import line
from gosight.outbox.deliveries import WAITING
from gosight.outbox.model import Due, Outcome, Parcel, State
from gosight.store.sqlite import ControlFile

log = logging.getLogger("gosight.outbox")

AT_ONCE = 64
"""Tries under way; each is a connection and some 100 KB."""
AT_ONCE_OF_PROJECT = 8
"""Of them those of one project, whose receivers may all be slow. Of one channel there is one at a time."""
THREADS = 8
"""For looking up names and for writing down what came of it."""
GRACE_SECONDS = 1.0
"""For tries under way when the process is told to stop."""


class Sends(Protocol):
    """What `sending.Sending` does."""

    async def send(self, parcel: Parcel) -> Outcome: ...


class Courier:
    """`sending` is called once, when there is something to send for the first time: what it imports takes 0.2 s."""

    def __init__(
        self,
        file: ControlFile,
        clock: Clock,
        sending: Callable[[], Sends],
        chance: Callable[[], float],
        meters: Meters | None = None,
    ) -> None:
        self.wake = Wake()
        self._file = file
        self._clock = clock
        self._sending = sending
        self._chance = chance
        self._meters = meters or Meters()
        self._lock = threading.Condition()
        self._under_way: dict[int, tuple[Due, Future[None]]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._sends: Sends | None = None
        self._stopped = False
        file.listen(WAITING, self.wake.ring)

    def turn(self) -> None:
        """A job's work: put what is due on its way. Does not wait for it."""
        if self._stopped:
            return
        now = self._clock()
        wanted = self._fitting(line.due(self._file, now))
        if not wanted:
            return
        sends = self._ready()
        by_number = {one.number: one for one in wanted}
        for parcel in line.claim(self._file, wanted, now):
            self._start(by_number[parcel.number], parcel, sends)

    def _fitting(self, found: list[Due]) -> list[Due]:
        """As many as there is room for, and no project's more than its share."""
        with self._lock:
            running = [one for one, _ in self._under_way.values()]
        numbers = {one.number for one in running}
        busy = {one.channel for one in running if one.channel is not None}
        shares = Counter(one.project for one in running)
        fitting: list[Due] = []
        for one in found:
            if len(running) + len(fitting) >= AT_ONCE:
                break
            if one.number in numbers or one.channel in busy or shares[one.project] >= AT_ONCE_OF_PROJECT:
                continue
            shares[one.project] += 1
            fitting.append(one)
        return fitting

    def _ready(self) -> Sends:
        if self._sends is None:
            self._sends = self._sending()
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="outbox"))
            self._thread = threading.Thread(target=self._loop.run_forever, name="outbox", daemon=True)
            self._thread.start()
        return self._sends

    def _start(self, one: Due, parcel: Parcel, sends: Sends) -> None:
        assert self._loop is not None
        with self._lock:
            future = asyncio.run_coroutine_threadsafe(self._deliver(parcel, sends), self._loop)
            self._under_way[one.number] = (one, future)
        future.add_done_callback(lambda _: self._ended(one.number))

    def _ended(self, number: int) -> None:
        with self._lock:
            self._under_way.pop(number, None)
            self._lock.notify_all()
        self.wake.ring()

    async def _deliver(self, parcel: Parcel, sends: Sends) -> None:
        began, started = self._clock(), time.monotonic()
        try:
            outcome = await sends.send(parcel)
        except asyncio.CancelledError:
            line.give_back(self._file, parcel)
            raise
        except Exception:
            log.exception("delivery %s could not be sent", parcel.id)
            outcome = Outcome(error="something went wrong on our side; the server's log tells what")
        took = round(1000 * (time.monotonic() - started))
        await asyncio.to_thread(self._record, parcel, outcome, began, took)

    def _record(self, parcel: Parcel, outcome: Outcome, began: int, took: int) -> None:
        try:
            state = line.record(
                self._file, parcel, outcome, began=began, now=self._clock(), took_ms=took, chance=self._chance()
            )
        except Exception:
            log.exception("delivery %s was tried, and it could not be written down; it will be sent again", parcel.id)
        else:
            if state is not None:
                self._meters.tried("again" if state is State.pending else state.value)
            if outcome.error is not None:
                log.info("delivery %s: %s", parcel.id, outcome.error)

    @property
    def under_way(self) -> int:
        """Tries that have begun and have not ended."""
        with self._lock:
            return len(self._under_way)

    def settle(self, seconds: float) -> bool:
        """Wait for the tries under way; False where some are still."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._under_way, timeout=seconds)

    def stop(self) -> None:
        """Start no more."""
        self._stopped = True

    def close(self) -> None:
        """End what is under way: what does not come to its end soon is sent again at the next start."""
        self.stop()
        self.settle(GRACE_SECONDS)
        with self._lock:
            futures = [future for _, future in self._under_way.values()]
        for future in futures:
            future.cancel()
        if self._loop is not None and self._thread is not None:
            asyncio.run_coroutine_threadsafe(_end_of_tasks(), self._loop).result(timeout=GRACE_SECONDS + 1)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()


async def _end_of_tasks() -> None:
    """Those that were cancelled give their deliveries back."""
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    await asyncio.gather(*tasks, return_exceptions=True)
