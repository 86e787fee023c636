"""Background work is a table: what, how often, function. A job that fails is logged and tried at its next turn."""

import asyncio
import logging
from collections.abc import Callable, Sequence

import msgspec

log = logging.getLogger("gosight.jobs")


class Job(msgspec.Struct, frozen=True):
    """`every` in seconds; `run` is called in a worker thread."""

    name: str
    every: float
    run: Callable[[], None]


async def keep_running(jobs: Sequence[Job]) -> None:
    """Run all jobs until cancelled; one never delays another."""
    await asyncio.gather(*(_repeat(job) for job in jobs))


async def _repeat(job: Job) -> None:
    while True:
        await asyncio.sleep(job.every)
        try:
            await asyncio.to_thread(job.run)
        except Exception:
            log.exception("job %s failed; its next turn is in %s s", job.name, job.every)
