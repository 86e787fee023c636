"""Jobs: one that fails or takes long does not hold up another."""

import asyncio
import threading

import pytest

from gosight.kit.jobs import Job, Wake, keep_running


def test_a_job_that_fails_has_its_next_turn(caplog: pytest.LogCaptureFixture) -> None:
    turns: list[str] = []
    enough = threading.Event()

    def fail() -> None:
        turns.append("turn")
        if len(turns) >= 3:
            enough.set()
        raise RuntimeError("no")

    asyncio.run(_until(enough, [Job("fails", 0.001, fail)]))
    assert len(turns) >= 3
    assert "job fails failed" in caplog.text


def test_a_job_that_hangs_holds_up_no_other() -> None:
    release, enough = threading.Event(), threading.Event()
    try:
        asyncio.run(
            _until(enough, [Job("hangs", 0.001, lambda: _hang(release)), Job("works", 0.001, enough.set)], release)
        )
    finally:
        release.set()
    assert enough.is_set()


def _hang(release: threading.Event) -> None:
    release.wait(10)


async def _until(enough: threading.Event, jobs: list[Job], release: threading.Event | None = None) -> None:
    running = asyncio.create_task(keep_running(jobs))
    await asyncio.to_thread(enough.wait, 10)
    running.cancel()
    if release is not None:
        release.set()


def test_a_job_that_is_woken_has_its_turn_at_once() -> None:
    """From another thread, also before anybody waits; a turn in an hour would never come here."""
    wake, enough = Wake(), threading.Event()
    turns: list[str] = []

    def run() -> None:
        turns.append("turn")
        if len(turns) == 2:
            enough.set()
        threading.Thread(target=wake.ring).start()

    wake.ring()
    asyncio.run(_until(enough, [Job("woken", 3_600, run, wake)]))
    assert len(turns) >= 2
