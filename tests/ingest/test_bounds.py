"""What bounds ingest: events a minute, bytes that wait, free disk. Whoever is refused is told when to come again."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from gosight.store.duck import Cursor
from tests.conftest import MakeWorld
from tests.world import Person, World, error

EVENT = {"type": "a"}


class Page:
    """A page that sends to a project, and its owner who counts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.owner = world.member("olga")
        world.project(self.owner)
        self._key: Person = world.key(self.owner, "shop", "write")

    def send(self, count: int = 1, **batch: Any) -> httpx.Response:
        body = {**batch, "events": [EVENT] * count}
        return self.world.client.post("/v1/events", json=body, headers=self._key.headers)

    def stored(self) -> int:
        found: int = self.owner.get("/projects/shop/overview").json()["data"]["summary"]["events"]
        return found


def test_so_many_events_a_minute_and_nothing_of_a_batch_that_is_too_much(make_world: MakeWorld) -> None:
    page = Page(make_world(limits__events_per_minute=10))
    assert [page.send(6).status_code, page.send(4).status_code] == [200, 200]
    page.world.clock.forward(20)
    refused = page.send(1, batch_id="again")
    assert error(refused)[:2] == (429, "RATE_LIMITED")
    assert refused.headers["retry-after"] == "40"
    assert page.send(0).status_code == 200
    assert page.stored() == 10
    page.world.clock.forward(40)
    assert page.send(1, batch_id="again").status_code == 200
    assert page.stored() == 11


def test_a_project_does_not_use_up_anothers_minute(make_world: MakeWorld) -> None:
    world = make_world(limits__events_per_minute=10)
    page = Page(world)
    assert page.send(10).status_code == 200
    world.project(page.owner, "other", "Other")
    other = world.key(page.owner, "other", "write")
    assert world.client.post("/v1/events", json={"events": [EVENT]}, headers=other.headers).status_code == 200


def test_what_was_not_stored_does_not_count_against_the_minute(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page(make_world(limits__events_per_minute=10))
    page.send(1)
    with monkeypatch.context() as patched:
        patched.setattr(Cursor, "commit", _fail)
        assert page.send(9).status_code >= 500
    assert page.send(9).status_code == 200
    assert page.stored() == 10


def _fail(cursor: Cursor) -> None:
    raise OSError("odd")


def test_with_too_little_disk_nothing_is_taken(make_world: MakeWorld) -> None:
    page = Page(make_world(storage__events_min_free_bytes=2**62))
    refused = page.send()
    assert error(refused)[:2] == (503, "UNAVAILABLE")
    assert int(refused.headers["retry-after"]) > 0
    assert page.send(0).status_code == 200
    assert page.stored() == 0


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Commits wait until this is set."""
    go_on = threading.Event()
    real = Cursor.commit

    def commit(self: Cursor) -> None:
        go_on.wait(60)
        real(self)

    monkeypatch.setattr(Cursor, "commit", commit)
    yield go_on
    go_on.set()


def test_at_the_queues_bound_it_refuses_and_does_not_grow(make_world: MakeWorld, stuck: threading.Event) -> None:
    page = Page(make_world(limits__queue_mb=2, limits__events_per_minute=0))
    stuck.set()
    page.send()
    stuck.clear()
    with ThreadPoolExecutor(40) as pool:
        waiting = [pool.submit(page.send, 500) for _ in range(40)]
        refused = _refused(waiting, at_least=28)
        assert {error(answer)[:2] for answer in refused} == {(503, "UNAVAILABLE")}
        assert {answer.headers["retry-after"] for answer in refused} == {"1"}
        stuck.set()
        answers = [one.result() for one in waiting]
    taken = [answer for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} == {200, 503}
    assert 0 < len(taken) < 20  # 10 fit, and a few more while it goes on
    assert page.stored() == 1 + 500 * len(taken)
    assert page.send().status_code == 200
    assert page.world.app.ingest.inlet.waiting_bytes == 0


def _refused(waiting: list["Future[httpx.Response]"], at_least: int) -> list[httpx.Response]:
    """What was answered while commits wait."""
    until = time.monotonic() + 60
    while sum(one.done() for one in waiting) < at_least:
        assert time.monotonic() < until
        time.sleep(0.01)
    return [one.result() for one in waiting if one.done()]
