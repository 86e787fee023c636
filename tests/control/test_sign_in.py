"""Signing in, staying signed in, signing out."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest

from tests.conftest import MakeWorld
from tests.world import PASSWORD, Person, World, error

DASHBOARD = {"X-GoSight-Client": "dashboard"}
HOUR, DAY = 3_600, 86_400


def log_in(world: World, email: str = "olga@example.com", password: str = PASSWORD, **headers: str) -> dict[str, Any]:
    answer = world.nobody.post("/auth/login", {"email": email, "password": password}, headers=headers)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def bearer(world: World, token: str) -> Person:
    return Person(world.client, {"Authorization": f"Bearer {token}"})


def test_login_answers_as_the_contract_says(world: World) -> None:
    olga = world.member("olga")
    data = log_in(world)
    assert set(data) == {"access_token", "refresh_token", "expires_in", "token_type", "user"}
    assert (data["expires_in"], data["token_type"]) == (3600, "Bearer")
    assert data["user"] == {"id": olga.id, "email": "olga@example.com", "name": "Olga"}
    assert bearer(world, data["access_token"]).get("/me").json()["data"]["email"] == "olga@example.com"


def test_the_case_of_an_address_does_not_matter(world: World) -> None:
    world.member("olga")
    log_in(world, " OLGA@Example.com ")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("olga@example.com", "wrong horse"),
        ("nobody@example.com", PASSWORD),
        ("no address", ""),
        ("olga@example.com", ""),
    ],
    ids=["wrong password", "unknown address", "no address", "empty password"],
)
def test_a_wrong_sign_in_does_not_tell_what_was_wrong(world: World, email: str, password: str) -> None:
    world.member("olga")
    answer = world.nobody.post("/auth/login", {"email": email, "password": password})
    assert error(answer) == (401, "UNAUTHORIZED", "e-mail address or password is wrong")


def test_tries_are_limited_for_an_account(make_world: MakeWorld) -> None:
    world = make_world(limits__auth_per_minute=3)
    wrong = {"email": "olga@example.com", "password": "wrong horse"}
    for left in (2, 1, 0):
        answer = world.nobody.post("/auth/login", wrong)
        assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (401, str(left))
    answer = world.nobody.post("/auth/login", wrong)
    assert error(answer)[:2] == (429, "RATE_LIMITED")
    assert answer.headers["retry-after"] == "60"
    world.clock.forward(60)
    assert world.nobody.post("/auth/login", wrong).status_code == 401


def test_tries_are_limited_for_an_address_over_all_accounts(make_world: MakeWorld) -> None:
    world = make_world(limits__auth_per_minute=3)
    answers = [
        world.nobody.post("/auth/login", {"email": f"m{n}@example.com", "password": "x"}).status_code for n in range(4)
    ]
    assert answers == [401, 401, 401, 429]


def test_tries_from_many_addresses_are_limited_for_one_account(make_world: MakeWorld) -> None:
    world = make_world(limits__auth_per_minute=3, server__trusted_proxies=("203.0.113.7",))
    wrong = {"email": "olga@example.com", "password": "wrong horse"}
    answers = [
        world.nobody.post("/auth/login", wrong, headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code
        for n in range(4)
    ]
    assert answers == [401, 401, 401, 429]


def test_a_forwarded_address_is_believed_from_trusted_proxies_only(make_world: MakeWorld) -> None:
    world = make_world(limits__auth_per_minute=1)
    body = {"email": "a@example.com", "password": "x"}
    world.nobody.post("/auth/login", body, headers={"X-Forwarded-For": "198.51.100.1"})
    body["email"] = "b@example.com"
    answer = world.nobody.post("/auth/login", body, headers={"X-Forwarded-For": "198.51.100.2"})
    assert answer.status_code == 429


def test_an_access_token_ends_after_an_hour(world: World) -> None:
    world.member("olga")
    me = bearer(world, log_in(world)["access_token"])
    world.clock.forward(HOUR - 1)
    assert me.get("/me").status_code == 200
    world.clock.forward(1)
    assert error(me.get("/me"))[:2] == (401, "UNAUTHORIZED")


def test_a_refresh_token_is_exchanged_once(world: World) -> None:
    world.member("olga")
    first = log_in(world)
    second = world.nobody.post("/auth/refresh", {"refresh_token": first["refresh_token"]}).json()["data"]
    assert second["expires_in"] == 3600
    assert second["refresh_token"] != first["refresh_token"]
    third = world.nobody.post("/auth/refresh", {"refresh_token": second["refresh_token"]}).json()["data"]
    assert bearer(world, third["access_token"]).get("/me").status_code == 200


def test_a_refresh_token_used_again_ends_the_whole_login(world: World) -> None:
    world.member("olga")
    stolen = log_in(world)
    rightful = world.nobody.post("/auth/refresh", {"refresh_token": stolen["refresh_token"]}).json()["data"]
    again = world.nobody.post("/auth/refresh", {"refresh_token": stolen["refresh_token"]})
    assert error(again)[:2] == (401, "UNAUTHORIZED")
    assert world.nobody.post("/auth/refresh", {"refresh_token": rightful["refresh_token"]}).status_code == 401
    assert bearer(world, rightful["access_token"]).get("/me").status_code == 401


def test_another_login_of_the_same_member_lives_on(world: World) -> None:
    world.member("olga")
    phone, laptop = log_in(world), log_in(world)
    for _ in range(2):
        world.nobody.post("/auth/refresh", {"refresh_token": phone["refresh_token"]})
    assert bearer(world, laptop["access_token"]).get("/me").status_code == 200


def test_of_refreshes_at_the_same_moment_one_succeeds_and_the_login_ends(world: World) -> None:
    world.member("olga")
    token = {"refresh_token": log_in(world)["refresh_token"]}
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: world.nobody.post("/auth/refresh", token), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
    won = next(answer.json()["data"] for answer in answers if answer.status_code == 200)
    assert bearer(world, won["access_token"]).get("/me").status_code == 401


def test_a_login_lasts_thirty_days_from_its_last_refresh(world: World) -> None:
    world.member("olga")
    token = log_in(world)["refresh_token"]
    for _ in range(3):
        world.clock.forward(29 * DAY)
        token = world.nobody.post("/auth/refresh", {"refresh_token": token}).json()["data"]["refresh_token"]
    world.clock.forward(30 * DAY)
    assert world.nobody.post("/auth/refresh", {"refresh_token": token}).status_code == 401


@pytest.mark.parametrize("with_token", ["access", "refresh", "both"])
def test_logout_voids_both_tokens(world: World, with_token: str) -> None:
    world.member("olga")
    data = log_in(world)
    headers = {} if with_token == "refresh" else {"Authorization": f"Bearer {data['access_token']}"}
    body = None if with_token == "access" else {"refresh_token": data["refresh_token"]}
    answer = world.nobody.post("/auth/logout", body, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert bearer(world, data["access_token"]).get("/me").status_code == 401
    assert world.nobody.post("/auth/refresh", {"refresh_token": data["refresh_token"]}).status_code == 401
    assert world.nobody.post("/auth/logout", body, headers=headers).status_code == 401


@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
@pytest.mark.parametrize("token", ["", "x", "gs_refresh_" + "a" * 32, "é" * 50, "x" * 5000, "eyJ.eyJ.x", "\x00"])
def test_garbage_is_no_token(world: World, path: str, token: str) -> None:
    assert error(world.nobody.post(path, {"refresh_token": token}))[:2] == (401, "UNAUTHORIZED")


@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
def test_no_token_at_all_is_401(world: World, path: str) -> None:
    assert error(world.nobody.post(path))[:2] == (401, "UNAUTHORIZED")
    assert error(world.nobody.post(path, {}))[:2] == (401, "UNAUTHORIZED")


def test_an_access_token_is_no_refresh_token_and_the_other_way_round(world: World) -> None:
    world.member("olga")
    data = log_in(world)
    assert world.nobody.post("/auth/refresh", {"refresh_token": data["access_token"]}).status_code == 401
    assert bearer(world, data["refresh_token"]).get("/me").status_code == 401


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic b2xnYTpob3JzZQ==", "bearer " + "x" * 5000],
)
def test_a_header_that_holds_no_token_is_401(world: World, header: str) -> None:
    assert error(world.nobody.get("/me", headers={"Authorization": header}))[:2] == (401, "UNAUTHORIZED")


def test_a_token_that_somebody_else_signed_is_401(world: World) -> None:
    olga = world.member("olga")
    real = jwt.decode(olga.headers["Authorization"].removeprefix("Bearer "), options={"verify_signature": False})
    for forged in (jwt.encode(real, "x" * 64, algorithm="HS256"), jwt.encode(real, None, algorithm="none")):
        assert bearer(world, forged).get("/me").status_code == 401


def test_the_dashboard_keeps_its_refresh_token_in_a_cookie(world: World) -> None:
    world.member("olga")
    answer = world.nobody.post("/auth/login", {"email": "olga@example.com", "password": PASSWORD}, headers=DASHBOARD)
    assert "refresh_token" not in answer.json()["data"]
    cookie = answer.headers["set-cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/api/v1/auth", "max-age=2592000"} <= parts
    assert "secure" not in parts
    token = answer.cookies["gosight_refresh"]
    refreshed = world.nobody.post("/auth/refresh", headers=DASHBOARD)
    assert refreshed.status_code == 200
    assert "refresh_token" not in refreshed.json()["data"]
    assert refreshed.cookies["gosight_refresh"] != token


def test_the_cookie_counts_only_with_the_dashboards_header(world: World) -> None:
    world.member("olga")
    log_in(world, **DASHBOARD)
    assert world.nobody.post("/auth/refresh").status_code == 401
    assert world.nobody.post("/auth/logout").status_code == 401
    assert world.nobody.post("/auth/refresh", headers=DASHBOARD).status_code == 200


def test_logout_takes_the_cookie_away(world: World) -> None:
    world.member("olga")
    log_in(world, **DASHBOARD)
    answer = world.nobody.post("/auth/logout", {}, headers=DASHBOARD)
    assert answer.status_code == 200
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert world.nobody.post("/auth/refresh", {}, headers=DASHBOARD).status_code == 401


def test_the_cookie_is_for_tls_alone_where_the_product_is_reached_by_tls(make_world: MakeWorld) -> None:
    world = make_world(server__public_url="https://stats.example.com")
    world.member("olga")
    body = {"email": "olga@example.com", "password": PASSWORD}
    answer = world.nobody.post("/auth/login", body, headers=DASHBOARD)
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(("proxies", "secure"), [(("203.0.113.7",), True), ((), False)])
def test_a_proxy_that_is_trusted_tells_that_it_speaks_tls(
    make_world: MakeWorld, proxies: tuple[str, ...], secure: bool
) -> None:
    world = make_world(server__trusted_proxies=proxies)
    world.member("olga")
    body = {"email": "olga@example.com", "password": PASSWORD}
    answer = world.nobody.post("/auth/login", body, headers={**DASHBOARD, "X-Forwarded-Proto": "https"})
    assert ("secure" in answer.headers["set-cookie"].lower()) is secure


def test_nothing_secret_stands_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world.member("olga")
    data = log_in(world)
    world.nobody.post("/auth/refresh", {"refresh_token": data["refresh_token"]})
    world.nobody.post("/auth/login", {"email": "olga@example.com", "password": "wrong horse"})
    bearer(world, data["access_token"]).get("/me")
    for secret in (PASSWORD, "wrong horse", data["access_token"], data["refresh_token"]):
        assert secret not in caplog.text


def test_secrets_are_kept_as_digests(world: World) -> None:
    olga = world.member("olga")
    data = log_in(world)
    world.project(olga)
    key = olga.post("/projects/shop/api-keys", {"name": "x", "permissions": ["read"]}).json()["data"]["key"]
    invited = olga.post("/projects/shop/members", {"email": "v@example.com", "role": "viewer"}).json()["data"]
    kept = b"".join(file.read_bytes() for file in world.folder.glob("gosight.db*"))
    for secret in (PASSWORD, data["refresh_token"], key, invited["invite_url"].rpartition("/")[2]):
        assert secret.encode() not in kept
