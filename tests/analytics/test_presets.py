"""Numbers of other products, offered by name."""

from typing import Any

import pytest

from gosight.control import Settings
from tests.world import Person, World, error


def presets(owner: Person) -> dict[str, dict[str, Any]]:
    return {preset["id"]: preset for preset in owner.get("/projects/shop/insights/presets").json()["data"]}


def test_the_first_are_our_own_defaults(owner: Person) -> None:
    first, *others = presets(owner).values()
    assert (first["id"], first["source"]) == ("gosight", None)
    assert first["signals"]["rage_clicks"] == Settings().signals.rage_clicks
    assert all(other["source"].startswith("https://") for other in others)


@pytest.mark.parametrize("name", ["gosight", "posthog", "datadog", "sentry", "amplitude"])
def test_each_can_be_chosen(owner: Person, name: str) -> None:
    chosen = presets(owner)[name]["signals"]
    settings = owner.patch("/projects/shop", {"settings": {"signals": chosen}}).json()["data"]["settings"]["signals"]
    assert settings == owner.get("/projects/shop").json()["data"]["settings"]["signals"]
    assert {name: settings[name] for name in chosen} == chosen


def test_what_one_does_not_name_stays(owner: Person) -> None:
    owner.patch("/projects/shop", {"settings": {"signals": {"rage_radius_px": 77}}})
    owner.patch("/projects/shop", {"settings": {"signals": presets(owner)["datadog"]["signals"]}})
    signals = owner.get("/projects/shop").json()["data"]["settings"]["signals"]
    assert (signals["rage_clicks"], signals["rage_radius_px"]) == (4, 77)


def test_who_may_see_them(world: World, owner: Person) -> None:
    viewer = world.join(world.member("vic"), "shop", "viewer")
    assert presets(viewer) == presets(owner)
    assert error(world.member("sam").get("/projects/shop/insights/presets"))[:2] == (404, "NOT_FOUND")
