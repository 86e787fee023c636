"""My account."""

import pytest

from tests.conftest import MakeWorld
from tests.world import PASSWORD, World, error

NEW = "another battery staple"


def test_it_says_who_i_am(world: World) -> None:
    olga = world.member("olga")
    assert olga.get("/me").json()["data"] == {
        "id": olga.id,
        "email": "olga@example.com",
        "name": "Olga",
        "created_at": "2026-11-22T12:00:00Z",
    }


def test_a_name_changes_without_a_password(world: World) -> None:
    olga = world.member("olga")
    assert olga.patch("/me", {"name": " Olga B. "}).json()["data"]["name"] == "Olga B."


@pytest.mark.parametrize("change", [{"email": "o@example.com"}, {"password": NEW}])
@pytest.mark.parametrize("proof", [{}, {"current_password": "wrong horse"}])
def test_address_and_password_need_the_present_password(
    world: World, change: dict[str, str], proof: dict[str, str]
) -> None:
    olga = world.member("olga")
    answer = olga.patch("/me", change | proof)
    assert error(answer)[:2] == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"] == {"field": "current_password"}
    assert olga.get("/me").json()["data"]["email"] == "olga@example.com"


def test_a_new_password_signs_out_everywhere_else(world: World) -> None:
    here = world.member("olga")
    elsewhere = world.sign_in(here.id, here.email)
    assert here.patch("/me", {"password": NEW, "current_password": PASSWORD}).status_code == 200
    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 401
    old = world.nobody.post("/auth/login", {"email": here.email, "password": PASSWORD})
    new = world.nobody.post("/auth/login", {"email": here.email, "password": NEW})
    assert (old.status_code, new.status_code) == (401, 200)


def test_an_address_of_another_member_is_409(world: World) -> None:
    world.member("per")
    olga = world.member("olga")
    answer = olga.patch("/me", {"email": "PER@example.com", "current_password": PASSWORD})
    assert error(answer)[:2] == (409, "CONFLICT")


def test_of_a_change_that_is_refused_nothing_is_kept(world: World) -> None:
    world.member("per")
    olga = world.member("olga")
    change = {"name": "Other", "email": "per@example.com", "password": NEW, "current_password": PASSWORD}
    assert olga.patch("/me", change).status_code == 409
    assert olga.get("/me").json()["data"]["name"] == "Olga"
    assert world.nobody.post("/auth/login", {"email": olga.email, "password": PASSWORD}).status_code == 200


def test_guessing_the_present_password_is_limited(make_world: MakeWorld) -> None:
    world = make_world(limits__auth_per_minute=3)
    olga = world.member("olga")
    guess = {"password": NEW, "current_password": "x"}
    assert [olga.patch("/me", guess).status_code for _ in range(4)] == [400, 400, 400, 429]


def test_devices_are_listed_and_signed_out(world: World) -> None:
    here = world.member("olga")
    world.clock.forward(60)
    elsewhere = world.sign_in(here.id, here.email)
    devices = here.get("/me/sessions").json()["data"]
    assert [(d["current"], d["created_at"], d["ip"]) for d in devices] == [
        (False, "2026-11-22T12:01:00Z", "203.0.113.7"),
        (True, "2026-11-22T12:00:00Z", "203.0.113.7"),
    ]
    assert set(devices[0]) == {"id", "created_at", "last_used_at", "ip", "user_agent", "current"}
    assert here.delete(f"/me/sessions/{devices[0]['id']}").json() == {"success": True}
    assert elsewhere.get("/me").status_code == 401
    assert len(here.get("/me/sessions").json()["data"]) == 1


def test_nobody_signs_others_out(world: World) -> None:
    olga, per = world.member("olga"), world.member("per")
    (device,) = olga.get("/me/sessions").json()["data"]
    assert error(per.delete(f"/me/sessions/{device['id']}"))[:2] == (404, "NOT_FOUND")
    assert olga.get("/me").status_code == 200
