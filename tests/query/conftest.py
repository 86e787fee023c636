"""A project that has been visited, and one beside it."""

from collections.abc import Iterator

import pytest

from tests.query.asked import Asked, filled
from tests.world import Person, StoppedClock, World, noon, opened


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """One for all tests of a file that leave it as it is."""
    with opened(tmp_path_factory.mktemp("asked") / "data", StoppedClock(noon())) as world:
        yield filled(world, world.member("olga"))


@pytest.fixture
def fresh(world: World) -> Asked:
    """One for a test that changes it."""
    owner: Person = world.member("olga")
    return filled(world, owner)
