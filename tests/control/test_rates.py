"""How often the API may be asked: what counts, for whom, and what a refusal says and does."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import MakeWorld
from tests.running import Server, running
from tests.world import Person, World, error

HEADERS = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
NOON = 1795348800
"""2026-11-22T12:00:00Z in seconds since 1970."""


def left(answer: httpx.Response) -> int | None:
    """What the answer says is left; None where it was not counted. The three headers come together."""
    assert len({name in answer.headers for name in HEADERS}) == 1
    return int(answer.headers["x-ratelimit-remaining"]) if HEADERS[0] in answer.headers else None


@pytest.fixture
def tight(make_world: MakeWorld) -> World:
    return make_world(limits__reads_per_minute=3, limits__writes_per_minute=2)


@pytest.fixture
def olga(tight: World) -> Person:
    person = tight.member("olga")
    tight.project(person)
    return person


def test_by_default_they_are_the_contracts(make_world: MakeWorld) -> None:
    world = make_world(limits__reads_per_minute=100, limits__writes_per_minute=1000, limits__auth_per_minute=10)
    olga = world.member("olga")
    read = olga.get("/me")
    assert [read.headers[name] for name in HEADERS] == ["100", "99", str(NOON + 60)]
    assert left(olga.patch("/me", {"name": "Olga B"})) == 999
    sign_in = world.nobody.post("/auth/login", {"email": "olga@example.com", "password": "correct horse"})
    assert [sign_in.headers[name] for name in HEADERS] == ["10", "9", str(NOON + 60)]


def test_reads_past_the_limit_are_refused_until_the_minute_is_over(tight: World, olga: Person) -> None:
    assert [left(olga.get("/projects")) for _ in range(3)] == [2, 1, 0]
    tight.clock.forward(20)
    answer = olga.get("/projects")
    assert error(answer) == (429, "RATE_LIMITED", "more than 3 reads in a minute; try again in 40 s")
    assert answer.headers["retry-after"] == "40"
    assert [answer.headers[name] for name in HEADERS] == ["3", "0", str(NOON + 60)]
    tight.clock.forward(39)
    assert olga.get("/projects").headers["retry-after"] == "1"
    tight.clock.forward(1)
    assert left(olga.get("/projects")) == 2


def test_reads_and_writes_are_counted_apart(olga: Person) -> None:
    assert left(olga.get("/me")) == 2
    assert left(olga.patch("/projects/shop", {"name": "Shop 2"})) == 1
    assert left(olga.get("/me")) == 1


def test_a_refused_write_changes_nothing(olga: Person) -> None:
    for name in ("A", "B"):
        assert olga.patch("/projects/shop", {"name": name}).status_code == 200
    assert error(olga.patch("/projects/shop", {"name": "C"}))[:2] == (429, "RATE_LIMITED")
    assert error(olga.delete("/projects/shop"))[:2] == (429, "RATE_LIMITED")
    assert olga.get("/projects/shop").json()["data"]["name"] == "B"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/projects/shop/overview?start_date=x", None, 400),
        ("GET", "/projects/other/overview", None, 404),
        ("GET", "/projects/shop/sessions/none", None, 404),
        ("PATCH", "/projects/shop", {"nome": "x"}, 400),
        ("POST", "/projects/other/api-keys", {"name": "x", "permissions": ["read"]}, 404),
    ],
    ids=["bad date", "no such project", "no such session", "bad body", "write to another's project"],
)
def test_an_error_counts_and_says_what_is_left(olga: Person, method: str, path: str, body: object, status: int) -> None:
    first, second = olga.ask(method, path, body), olga.ask(method, path, body)
    assert (first.status_code, second.status_code) == (status, status)
    assert left(first) == (2 if method == "GET" else 1)
    assert left(second) == (1 if method == "GET" else 0)


def test_a_viewer_who_may_not_is_counted(tight: World, olga: Person) -> None:
    vera = tight.join(tight.member("vera"), "shop", "viewer")
    answer = vera.get("/projects/shop/api-keys")
    assert (answer.status_code, left(answer)) == (403, 2)


def test_members_and_keys_are_counted_apart(tight: World, olga: Person) -> None:
    key, other = (tight.key(olga, "shop", "read") for _ in range(2))
    per = tight.member("per")
    for _ in range(3):
        olga.get("/me")
        key.get("/projects")
    assert [who.get("/projects").status_code for who in (olga, key, other, per)] == [429, 429, 200, 200]


def test_a_member_is_counted_over_logins_and_projects(tight: World, olga: Person) -> None:
    tight.project(olga, "blog", "Blog")
    elsewhere = tight.sign_in(olga.id, olga.email)
    assert left(olga.get("/projects/shop")) == 2
    assert left(olga.get("/projects/blog")) == 1
    assert left(elsewhere.get("/projects/shop")) == 0
    assert olga.get("/projects/blog").status_code == 429


def test_who_is_nobody_is_counted_by_address(make_world: MakeWorld) -> None:
    world = make_world(limits__reads_per_minute=2, server__trusted_proxies=("203.0.113.7",))

    def ask(path: str, address: str, **headers: str) -> httpx.Response:
        return world.nobody.get(path, headers={"X-Forwarded-For": address, **headers})

    assert left(ask("/setup", "198.51.100.1")) == 1
    assert left(ask("/me", "198.51.100.1")) == 0
    assert ask("/me", "198.51.100.1", Authorization="Bearer x").status_code == 429
    assert left(ask("/me", "198.51.100.2", **{"X-GoSight-Key": "gs_api_unknown"})) == 1
    assert left(ask("/setup", "2001:db8::1")) == 1
    assert left(ask("/setup", "2001:db8::2")) == 0


def test_with_dev_the_address_is_counted(make_world: MakeWorld) -> None:
    world = make_world(dev=True, peer="127.0.0.1", host="127.0.0.1", limits__reads_per_minute=2)
    assert [left(world.nobody.get("/me")) for _ in range(2)] == [1, 0]
    assert world.nobody.get("/me").status_code == 429


@pytest.mark.parametrize("path", ["/", "/health", "/app/", "/api/v1/openapi.json", "/api/v1/nothing"])
def test_files_and_health_are_not_counted(make_world: MakeWorld, path: str) -> None:
    world = make_world(limits__reads_per_minute=1)
    assert [left(world.client.get(path)) for _ in range(3)] == [None] * 3


def test_chunks_of_a_replay_are_not_counted(olga: Person) -> None:
    answers = [olga.get("/projects/shop/sessions/none/replay/chunks/0") for _ in range(5)]
    assert {(answer.status_code, left(answer)) for answer in answers} == {(404, None)}
    assert left(olga.get("/projects/shop/sessions/none/replay")) == 2


def test_events_have_only_their_own_limit(make_world: MakeWorld) -> None:
    world = make_world(limits__writes_per_minute=1)
    olga = world.member("olga")
    world.project(olga)
    key = world.key(olga, "shop", "write").headers
    batch = {"events": [{"type": "page_view", "timestamp": 0, "url": "https://a.example/", "session_id": "s"}]}
    answers = [world.client.post("/v1/events", json=batch, headers=key) for _ in range(3)]
    assert [(answer.status_code, left(answer)) for answer in answers] == [(200, None)] * 3


@pytest.mark.parametrize("path", ["/projects", "/projects/shop/api-keys", "/projects/shop/overview", "/auth/login"])
def test_asking_what_an_address_can_do_costs_nothing(tight: World, olga: Person, path: str) -> None:
    for who in (tight.nobody, olga):
        answer = who.ask("OPTIONS", path)
        assert (answer.status_code, left(answer)) == (204, None)
        assert "OPTIONS" in answer.headers["allow"]
    assert (olga.ask("HEAD", path).status_code, left(olga.ask("HEAD", path))) == (405, None)


def test_zero_is_no_limit(world: World) -> None:
    olga = world.member("olga")
    answers = [olga.get("/me") for _ in range(120)]
    assert {(answer.status_code, left(answer)) for answer in answers} == {(200, None)}


@pytest.mark.parametrize("body", [{}, {"email": "olga@example.com", "password": 1}], ids=["empty", "no text"])
def test_a_try_that_cannot_be_read_is_a_try(make_world: MakeWorld, body: dict[str, Any]) -> None:
    world = make_world(limits__auth_per_minute=2)
    answers = [world.nobody.post("/auth/login", body) for _ in range(3)]
    assert [(answer.status_code, left(answer)) for answer in answers] == [(400, 1), (400, 0), (429, 0)]


def signed_in(world: World, email: str = "olga@example.com") -> str:
    answer = world.nobody.post("/auth/login", {"email": email, "password": "correct horse"})
    token: str = answer.json()["data"]["refresh_token"]
    return token


def test_a_login_is_renewed_so_many_times_and_a_refusal_does_not_use_the_token_up(make_world: MakeWorld) -> None:
    world = make_world(limits__auth_per_minute=2)
    world.member("olga")
    token = signed_in(world)
    for expected in (1, 0):
        answer = world.nobody.post("/auth/refresh", {"refresh_token": token})
        assert (answer.status_code, left(answer)) == (200, expected)
        token = answer.json()["data"]["refresh_token"]
    refused = world.nobody.post("/auth/refresh", {"refresh_token": token})
    assert error(refused)[:2] == (429, "RATE_LIMITED")
    assert refused.headers["retry-after"] == "60"
    world.clock.forward(60)
    assert world.nobody.post("/auth/refresh", {"refresh_token": token}).status_code == 200


def test_neither_a_shared_address_nor_somebody_who_guesses_keeps_a_member_from_renewing(make_world: MakeWorld) -> None:
    world = make_world(limits__auth_per_minute=2)
    for name in ("olga", "per"):
        world.member(name)
    tokens = [signed_in(world, f"{name}@example.com") for name in ("olga", "per")]
    assert world.nobody.post("/auth/login", {"email": "olga@example.com", "password": "x"}).status_code == 429
    answers = [world.nobody.post("/auth/refresh", {"refresh_token": token}) for token in tokens]
    assert [(answer.status_code, left(answer)) for answer in answers] == [(200, 1), (200, 1)]


@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
def test_tokens_of_nobody_are_counted_by_address(make_world: MakeWorld, path: str) -> None:
    world = make_world(limits__auth_per_minute=2)
    answers = [world.nobody.post(path, {"refresh_token": f"gs_refresh_{n}"}) for n in range(3)]
    assert [(answer.status_code, left(answer)) for answer in answers] == [(401, 1), (401, 0), (429, 0)]


def test_of_two_limits_the_answer_tells_the_one_that_leaves_less(make_world: MakeWorld) -> None:
    world = make_world(limits__auth_per_minute=5)
    for n in range(3):
        world.nobody.post("/auth/login", {"email": f"{n}@example.com", "password": "x"})
    answer = world.nobody.post("/auth/login", {"email": "olga@example.com", "password": "x"})
    assert (answer.status_code, left(answer)) == (401, 1)


def test_the_description_tells_of_the_limits(world: World) -> None:
    described = world.nobody.get("/openapi.json").json()
    assert set(described["components"]["responses"]["RateLimited"]["headers"]) == {
        "X-RateLimit-Limit",
        "X-RateLimit-Remaining",
        "X-RateLimit-Reset",
        "Retry-After",
    }
    for path, method, counts in (
        ("/api/v1/projects/{project}/overview", "get", True),
        ("/api/v1/auth/refresh", "post", True),
        ("/api/v1/projects/{project}/sessions/{session_id}/replay/chunks/{index}", "get", False),
    ):
        responses = described["paths"][path][method]["responses"]
        assert (responses.get("429") == {"$ref": "#/components/responses/RateLimited"}) is counts
        assert ("X-RateLimit-Remaining" in responses["200"].get("headers", {})) is counts


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path / "data", limits__reads_per_minute="40") as server:
        yield server


def test_many_at_once_get_exactly_what_there_is(limited: Server) -> None:
    site, other = limited.site(), limited.site()
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda n: (site, other)[n % 2].read("/overview"), range(120)))
    for one in (answers[::2], answers[1::2]):
        fine = [int(answer.headers["x-ratelimit-remaining"]) for answer in one if answer.status == 200]
        assert sorted(fine) == list(range(40))
        refused = [answer for answer in one if answer.status != 200]
        assert {answer.status for answer in refused} == {429}
        assert all(0 < int(answer.headers["retry-after"]) <= 60 for answer in refused)
