"""What is asked on every request, from memory, and right on the next request after a change."""

import subprocess
import sys

import pytest

from gosight.control import keys, logins, projects
from gosight.control.jobs import jobs
from tests.world import Person, World


def test_a_write_key_opens_its_project(world: World) -> None:
    world.project(id_="shop")
    made = projects.create(world.app.file, world.clock(), name="Other", id_="other")
    found = world.app.control.directory.project_by_write_key(made.api_key)
    assert found is not None
    assert (found.id, found.settings.timezone) == ("other", "UTC")


@pytest.mark.parametrize("key", ["", "gs_live_", "gs_live_" + "x" * 32, "x" * 10_000, "\x00"])
def test_an_unknown_key_opens_nothing(world: World, key: str) -> None:
    assert world.app.control.directory.project_by_write_key(key) is None


@pytest.mark.parametrize(("permissions", "opens"), [(["read"], False), (["admin"], False), (["read", "write"], True)])
def test_only_write_sends_events(world: World, permissions: list[str], opens: bool) -> None:
    world.project(id_="shop")
    number = projects.by_ref(world.app.file, "shop").number
    key = keys.create(world.app.file, number, name="x", permissions=permissions, now=world.clock()).key
    assert (world.app.control.directory.project_by_write_key(key) is not None) is opens


def test_a_change_in_this_process_is_seen_at_once(world: World, owner: Person) -> None:
    directory = world.app.control.directory
    assert directory.project("shop") is not None
    owner.patch("/projects/shop", {"settings": {"timezone": "Europe/Berlin"}})
    found = directory.project("shop")
    assert found is not None
    assert found.settings.timezone == "Europe/Berlin"


def test_a_change_by_another_process_is_seen_at_once(world: World) -> None:
    directory = world.app.control.directory
    assert (directory.project("shop"), directory.projects()) == (None, ())
    command = [
        sys.executable,
        "-m",
        "gosight",
        "project",
        "add",
        "Shop",
        "--id",
        "shop",
        "--data-dir",
        str(world.folder),
    ]
    subprocess.run(command, check=True, capture_output=True)
    found = directory.project("shop")
    assert found is not None
    assert directory.projects() == (found,)


def test_jobs_write_what_was_used_and_remove_what_is_over(world: World, owner: Person) -> None:
    world.clock.forward(31 * 86_400)
    owner.post("/projects/shop/members", {"email": "v@example.com", "role": "viewer"})
    for job in jobs(world.app.control):
        job.run()
    assert logins.of_member(world.app.file, owner.id, 0) == []
