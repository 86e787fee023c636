"""The first start: a one-time link, and no default password."""

import pytest

from gosight.control import setup
from tests.conftest import MakeWorld
from tests.world import PASSWORD, World, error

ANNA = {"email": "anna@example.com", "name": "Anna", "password": PASSWORD}


def link(world: World) -> str:
    made = setup.link(world.app.file, "https://stats.example.com", world.clock())
    assert made is not None
    address, _, token = made.partition("?token=")
    assert address == "https://stats.example.com/app/setup"
    return token


def test_a_new_product_needs_somebody(world: World) -> None:
    assert world.nobody.get("/setup").json() == {"success": True, "data": {"needed": True, "dev": False}}


def test_the_first_member_is_signed_in_at_once(world: World) -> None:
    answer = world.nobody.post("/setup", {"token": link(world), **ANNA})
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert data["user"]["name"] == "Anna"
    headers = {"Authorization": f"Bearer {data['access_token']}"}
    assert world.nobody.get("/projects", headers=headers).json() == {"success": True, "data": []}
    assert world.nobody.get("/setup").json()["data"]["needed"] is False


@pytest.mark.parametrize("token", ["", "x", "\x00", "é", "x" * 10_000])
def test_a_wrong_token_is_403_and_makes_nobody(world: World, token: str) -> None:
    link(world)
    assert error(world.nobody.post("/setup", {"token": token, **ANNA}))[:2] == (403, "FORBIDDEN")
    assert setup.needed(world.app.file)


def test_without_a_link_no_token_is_right(world: World) -> None:
    assert world.nobody.post("/setup", {"token": "", **ANNA}).status_code == 403


def test_a_newer_link_voids_the_one_before(world: World) -> None:
    first, second = link(world), link(world)
    assert world.nobody.post("/setup", {"token": first, **ANNA}).status_code == 403
    assert world.nobody.post("/setup", {"token": second, **ANNA}).status_code == 200


def test_the_link_works_once(world: World) -> None:
    token = link(world)
    world.nobody.post("/setup", {"token": token, **ANNA})
    again = world.nobody.post("/setup", {"token": token, **ANNA, "email": "eve@example.com"})
    assert error(again)[:2] == (409, "CONFLICT")


def test_a_member_made_otherwise_voids_the_link(world: World) -> None:
    token = link(world)
    world.member("olga")
    assert error(world.nobody.post("/setup", {"token": token, **ANNA}))[:2] == (409, "CONFLICT")
    assert setup.link(world.app.file, "", world.clock()) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "anna"}, "email"),
        ({"email": "a b@example.com"}, "email"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "Anna\nEve"}, "name"),
        ({"password": "1234567"}, "password"),
        ({"password": "x" * 257}, "password"),
        ({"password": None}, "password"),
    ],
)
def test_what_is_not_right_is_named_and_the_link_stays(world: World, change: dict[str, object], field: str) -> None:
    token = link(world)
    answer = world.nobody.post("/setup", {"token": token, **ANNA, **change})
    assert error(answer)[:2] == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"] == {"field": field}
    assert world.nobody.post("/setup", {"token": token, **ANNA}).status_code == 200


def test_a_refused_password_is_not_shown(world: World) -> None:
    answer = world.nobody.post("/setup", {"token": link(world), **ANNA, "password": "hunter2"})
    assert "hunter2" not in answer.text


def test_the_first_member_takes_over_projects_that_belong_to_nobody(world: World) -> None:
    world.project(id_="shop")
    olga, per = world.member("olga"), world.member("per")
    assert [(p["id"], p["role"]) for p in olga.get("/projects").json()["data"]] == [("shop", "owner")]
    assert per.get("/projects").json()["data"] == []


def test_guessing_tokens_is_limited(make_world: MakeWorld) -> None:
    world = make_world(limits__auth_per_minute=2)
    link(world)
    statuses = [world.nobody.post("/setup", {"token": "x", **ANNA}).status_code for _ in range(3)]
    assert statuses == [403, 403, 429]
