"""A project changes the numbers behind its signals: what is received from then on goes by the new ones."""

from typing import Any

import pytest

from tests.analytics.visits import DESKTOP, click, rage, send, view
from tests.conftest import MakeWorld
from tests.world import Person, World


@pytest.fixture
def key(world: World, owner: Person) -> Person:
    return world.key(owner, "shop", "write")


def change(world: World, owner: Person, **numbers: int) -> None:
    """A minute later, so that before and after are told apart."""
    world.clock.forward(60)
    answer = owner.patch("/projects/shop", {"settings": {"signals": numbers}})
    assert answer.status_code == 200, answer.text
    world.clock.forward(60)


def raged(owner: Person) -> dict[str, int]:
    """Clicks of each session's rage click."""
    found: list[dict[str, Any]] = owner.get("/projects/shop/insights").json()["data"]["insights"]
    assert len({insight["session_id"] for insight in found}) == len(found)
    return {insight["session_id"]: insight["details"]["click_count"] for insight in found}


def test_a_visit_that_was_judged_keeps_its_signals(world: World, owner: Person, key: Person) -> None:
    send(world, key, "v", "s1", DESKTOP, rage("2026-11-22T10:00", "/", "#buy", 5))
    assert raged(owner) == {"s1": 5}
    change(world, owner, rage_clicks=9)
    assert raged(owner) == {"s1": 5}


def test_a_late_event_does_not_judge_it_anew(world: World, owner: Person, key: Person) -> None:
    send(world, key, "v", "s1", DESKTOP, rage("2026-11-22T10:00", "/", "#buy", 5))
    change(world, owner, rage_clicks=9)
    send(
        world,
        key,
        "v",
        "s1",
        DESKTOP,
        [click("2026-11-22T10:05:00Z", "/", "#other"), view("2026-11-22T09:59:00Z", "/")],
    )
    assert raged(owner) == {"s1": 5}


def test_what_nobody_had_looked_at_goes_by_the_numbers_of_its_receipt(world: World, owner: Person, key: Person) -> None:
    """Signals are found when somebody reads; here that is after the change."""
    send(world, key, "v", "strict", DESKTOP, rage("2026-11-22T10:00", "/", "#buy", 5))
    change(world, owner, rage_clicks=9)
    send(world, key, "v", "after", DESKTOP, rage("2026-11-22T11:00", "/", "#buy", 5))
    assert raged(owner) == {"strict": 5}


def test_new_visits_go_by_the_new_numbers(world: World, owner: Person, key: Person) -> None:
    send(world, key, "v", "before", DESKTOP, rage("2026-11-22T10:00", "/", "#buy", 3))
    change(world, owner, rage_clicks=3)
    send(world, key, "v", "after", DESKTOP, rage("2026-11-22T11:00", "/", "#buy", 3))
    assert raged(owner) == {"after": 3}


def test_a_visit_that_is_going_on_keeps_what_it_had_and_goes_on_by_the_new_numbers(
    world: World, owner: Person, key: Person
) -> None:
    send(world, key, "v", "s1", DESKTOP, rage("2026-11-22T10:00", "/", "#buy", 5))
    send(world, key, "v", "s2", DESKTOP, rage("2026-11-22T10:00", "/", "#buy", 4))
    change(world, owner, rage_clicks=6)
    send(world, key, "v", "s1", DESKTOP, rage("2026-11-22T10:30", "/", "#buy", 5))
    send(world, key, "v", "s2", DESKTOP, [click(f"2026-11-22T10:00:10.{n}Z", "/", "#buy") for n in (81, 82)])
    assert raged(owner) == {"s1": 5, "s2": 6}


def test_a_change_back_is_a_change_too(world: World, owner: Person, key: Person) -> None:
    for number, (clicks, minute) in enumerate([(9, "10:00"), (5, "10:10"), (9, "10:20")]):
        send(world, key, "v", f"four{number}", DESKTOP, rage(f"2026-11-22T{minute}", "/", "#buy", 4))
        send(world, key, "v", f"five{number}", DESKTOP, rage(f"2026-11-22T{minute}", "/", "#buy", 5))
        change(world, owner, rage_clicks=clicks)
    assert raged(owner) == {"five0": 5, "five2": 5}


def test_the_numbers_that_held_are_known_after_a_restart(make_world: MakeWorld) -> None:
    first = make_world()
    owner = first.member("olga")
    first.project(owner)
    key = first.key(owner, "shop", "write")
    send(first, key, "v", "s1", DESKTOP, rage("2026-11-22T10:00", "/", "#buy", 5))
    change(first, owner, rage_clicks=9)
    first.app.close()
    second = make_world()
    owner, key = (Person(second.client, person.headers) for person in (owner, key))
    send(second, key, "v", "s1", DESKTOP, [click("2026-11-22T10:05:00Z", "/", "#other")])
    assert raged(owner) == {"s1": 5}


def test_other_settings_leave_the_numbers_alone(world: World, owner: Person, key: Person) -> None:
    send(world, key, "v", "s1", DESKTOP, rage("2026-11-22T10:00", "/", "#buy", 5))
    world.clock.forward(60)
    assert owner.patch("/projects/shop", {"settings": {"timezone": "Asia/Tokyo"}}).status_code == 200
    (project,) = world.app.control.directory.projects()
    assert project.earlier_signals == ()
    assert raged(owner) == {"s1": 5}
