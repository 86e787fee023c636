import pytest

from tests.compat.track.tracking import Tracker
from tests.world import Person, World


@pytest.fixture
def server(world: World, owner: Person) -> Tracker:
    """A server of the project "shop", with a write key."""
    return Tracker(world, owner)
