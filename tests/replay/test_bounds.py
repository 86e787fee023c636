"""What comes faster than the disk takes it: refused at a bound, with when to come back, and nothing of it is kept."""

import gzip
import json
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager

import httpx
import pytest

from gosight.config import MIB
from gosight.store.sqlite import ReplayFile, Transaction
from tests.conftest import MakeWorld
from tests.world import error

SENT = 30


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The disk takes nothing until this is set."""
    go_on = threading.Event()
    real = ReplayFile.write

    def write(self: ReplayFile) -> AbstractContextManager[Transaction]:
        go_on.wait(60)
        return real(self)

    monkeypatch.setattr(ReplayFile, "write", write)
    yield go_on
    go_on.set()


def test_at_the_queues_bound_recordings_are_refused_and_memory_does_not_grow(
    make_world: MakeWorld, stuck: threading.Event
) -> None:
    world = make_world(limits__replay_queue_mb=1, storage__replay_chunk_max_bytes=MIB)
    owner = world.member("olga")
    world.project(owner)
    key = world.key(owner, "shop", "write").headers
    noise = random.Random(1).randbytes(150_000).hex()
    body = gzip.compress(json.dumps([{"type": 3, "timestamp": 0, "data": {"noise": noise}}]).encode(), mtime=0)
    fit = MIB // len(body)

    def send(index: int) -> httpx.Response:
        where = {"session_id": "s", "index": str(index)}
        return world.client.post("/v1/replay", params=where, content=body, headers=key)

    inlet = world.app.replay.inlet
    with ThreadPoolExecutor(SENT) as pool:
        sent = [pool.submit(send, index) for index in range(SENT)]
        refused = answered(sent, SENT - fit)
        assert {error(answer)[:2] for answer in refused} == {(503, "UNAVAILABLE")}
        assert {answer.headers["retry-after"] for answer in refused} == {"1"}
        assert 0 < inlet.waiting_bytes <= MIB
        stuck.set()
        answers = [one.result() for one in sent]
    taken = [index for index, answer in enumerate(answers) if answer.status_code == 200]
    assert len(taken) == fit
    listed = owner.get("/projects/shop/sessions/s/replay").json()["data"]["chunks"]
    assert [chunk["index"] for chunk in listed] == taken
    assert inlet.waiting_bytes == 0
    assert send(SENT).status_code == 200


def answered(sent: list["Future[httpx.Response]"], count: int) -> list[httpx.Response]:
    """What was answered while the disk takes nothing."""
    until = time.monotonic() + 60
    while sum(one.done() for one in sent) < count:
        assert time.monotonic() < until
        time.sleep(0.01)
    return [one.result() for one in sent if one.done()]
