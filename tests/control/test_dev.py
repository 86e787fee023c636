"""`gosight serve --dev`: this machine is owner of everything, and nobody else gets near."""

import pytest

from tests.conftest import MakeWorld
from tests.world import World, error


@pytest.fixture
def local(make_world: MakeWorld) -> World:
    return make_world(dev=True, peer="127.0.0.1", host="127.0.0.1")


def test_without_credentials_one_owns_every_project(local: World) -> None:
    olga = local.member("olga")
    local.project(olga, "one")
    local.project(olga, "two")
    listed = local.nobody.get("/projects").json()["data"]
    assert [(project["id"], project["role"]) for project in listed] == [("one", "owner"), ("two", "owner")]
    assert local.nobody.get("/projects/none").status_code == 404


def test_one_is_nobody_in_particular(local: World) -> None:
    assert local.nobody.get("/me").json()["data"]["id"] == "dev"
    assert error(local.nobody.patch("/me", {"name": "x"}))[:2] == (403, "FORBIDDEN")
    assert local.nobody.get("/setup").json()["data"]["dev"] is True


def test_wrong_credentials_are_not_better_than_none(local: World) -> None:
    assert local.nobody.get("/projects", headers={"Authorization": "Bearer x"}).status_code == 401
    assert local.nobody.get("/projects", headers={"X-GoSight-Key": "x"}).status_code == 401


@pytest.mark.parametrize("host", ["example.com", "10.0.0.1:8000", "localhost.example.com", "", "[::2]:8000"])
def test_a_host_that_is_not_this_machine_is_refused(local: World, host: str) -> None:
    for path in ("/projects", "/openapi.json"):
        assert error(local.nobody.get(path, headers={"Host": host}))[:2] == (403, "FORBIDDEN")
    assert local.client.post("/v1/events", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "shop.localhost", "LOCALHOST"])
def test_every_name_of_this_machine_is_taken(local: World, host: str) -> None:
    assert local.nobody.get("/projects", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_through_a_proxy_nobody_is_owner(local: World, header: str) -> None:
    assert error(local.nobody.get("/projects", headers={header: "127.0.0.1"}))[:2] == (401, "UNAUTHORIZED")


def test_a_page_from_elsewhere_does_not_act_for_the_developer(local: World) -> None:
    evil = {"Origin": "https://evil.example", "Content-Type": "text/plain"}
    assert error(local.nobody.post("/projects", {"name": "x"}, headers=evil))[:2] == (403, "FORBIDDEN")
    mine = {"Origin": "http://localhost:5173"}
    assert local.nobody.post("/projects", {"name": "x"}, headers=mine).status_code == 201


def test_from_another_machine_nobody_is_owner(make_world: MakeWorld) -> None:
    world = make_world(dev=True, peer="192.168.1.5", host="127.0.0.1")
    assert world.nobody.get("/projects").status_code == 401


def test_without_dev_this_machine_is_nobody(make_world: MakeWorld) -> None:
    world = make_world(peer="127.0.0.1", host="127.0.0.1")
    assert world.nobody.get("/projects").status_code == 401
