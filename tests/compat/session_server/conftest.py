"""What tests of timed sessions start from."""

import pytest

from tests.compat.session_server.asked import Timing, by
from tests.world import Person, World


@pytest.fixture
def olga(world: World, owner: Person) -> Timing:
    """The owner of the project shop."""
    return by(owner, world)
