"""What many tests start from."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from gosight.app import build
from gosight.config import load
from tests.world import Person, StoppedClock, World, coming_from, noon

MakeWorld = Callable[..., World]


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(noon())


@pytest.fixture
def make_world(tmp_path: Path, clock: StoppedClock) -> Iterator[MakeWorld]:
    """A world with settings of its own: `make_world(limits__auth_per_minute=10, dev=True)`."""
    with ExitStack() as stack:

        def make(*, dev: bool = False, peer: str = "203.0.113.7", host: str = "gosight.test", **settings: Any) -> World:
            chosen = {"limits__auth_per_minute": 0, **settings}
            folder = tmp_path / "data"
            app = build(load(None, {}, storage__data_dir=str(folder), **chosen), clock, dev=dev)
            stack.callback(app.close)
            client: TestClient[Any] = TestClient(coming_from(peer, app), base_url=f"http://{host}")
            return World(app, stack.enter_context(client), clock, folder)

        yield make


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    """Without limits on signing in."""
    return make_world()


@pytest.fixture
def owner(world: World) -> Person:
    """Olga, who owns the project "shop"."""
    person = world.member("olga")
    world.project(person)
    return person
