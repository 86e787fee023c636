"""A project that has been visited, and one beside it."""

import pytest

from tests.analytics.visits import DESKTOP, GOOGLEBOT, IPHONE, click, failure, rage, send, view
from tests.query.asked import Asked
from tests.world import Person, World


@pytest.fixture
def asked(world: World, owner: Person) -> Asked:
    """The project "demo_tenant", whose slug is "demo", with some visits, and "other", which has its own secret."""
    key = world.key(owner, world.project(owner, "demo_tenant", "Demo"), "write")
    pages = [view("2026-11-22T10:00:00Z", "/"), view("2026-11-22T10:01:00Z", "/pricing")]
    order = {
        "type": "custom",
        "name": "order",
        "ts": "2026-11-22T10:01:30Z",
        "payload": {"total": 9.5, "items": [1, 2]},
    }
    send(world, key, "anna", "a1", DESKTOP, [*pages, order, {**order, "name": "thanks", "ts": "2026-11-22T10:02:00Z"}])
    abandon = {"type": "cart_abandon", "ts": "2026-11-22T11:05:00Z", "payload": {"value": 20}}
    times = [view(f"2026-11-22T11:0{n}:00Z", "/pricing") for n in range(3)]
    send(world, key, "bert", "b1", IPHONE, [*times, abandon])
    send(
        world,
        key,
        "cleo",
        "c1",
        DESKTOP,
        [view("2026-11-21T09:00:00Z", "/"), *rage("2026-11-21T09:01", "/", "#buy", 6)],
    )
    send(
        world,
        key,
        "cleo",
        "c2",
        DESKTOP,
        [failure("2026-11-22T08:00:00Z", "/", "no such thing"), click("2026-11-22T08:00:01Z", "/", "a")],
    )
    send(world, key, "robot", "r1", GOOGLEBOT, [view("2026-11-22T09:30:00Z", "/")])
    theirs = world.key(owner, world.project(owner, "other", "Other"), "write")
    secret = {"type": "custom", "name": "SECRET", "ts": "2026-11-22T10:00:00Z", "payload": {"SECRET": "SECRET"}}
    send(world, theirs, "SECRET", "SECRET", DESKTOP, [{**view("2026-11-22T10:00:00Z", "/SECRET")}, secret])
    return Asked(world, owner)
