import pytest

from tests.alerts.watched import Watched
from tests.world import Person, World


@pytest.fixture
def shop(world: World, owner: Person) -> Watched:
    return Watched(world, owner)
