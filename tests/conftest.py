"""What many tests start from."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.running import Server, Site, running
from tests.world import Person, StoppedClock, World, noon, opened

MakeWorld = Callable[..., World]


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(noon())


@pytest.fixture
def make_world(tmp_path: Path, clock: StoppedClock) -> Iterator[MakeWorld]:
    """A world with settings of its own: `make_world(limits__auth_per_minute=10, dev=True)`."""
    with ExitStack() as stack:

        def make(**settings: Any) -> World:
            return stack.enter_context(opened(tmp_path / "data", clock, **settings))

        yield make


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    """Without limits on how often one asks."""
    return make_world()


@pytest.fixture
def owner(world: World) -> Person:
    """Olga, who owns the project "shop"."""
    person = world.member("olga")
    world.project(person)
    return person


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server, as a process: one for all tests that leave it as it is."""
    with running(tmp_path_factory.mktemp("live") / "data") as server:
        yield server


@pytest.fixture
def site(live: Server) -> Site:
    """A new project on it."""
    return live.site()
