"""Every route, for every role, for a stranger and for nobody."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.world import Person, StoppedClock, World, error, noon, opened

numbers = count()
ROLES = ("owner", "admin", "member", "viewer")
SOME = {"metric": "sessions", "operator": ">", "threshold": 10, "window": "5m"}

# method, path below the project, body, the roles that may; 404 where the thing itself is not there.
ROUTES: list[tuple[str, str, object, tuple[str, ...]]] = [
    ("GET", "", None, ROLES),
    ("PATCH", "", {"name": "Store"}, ("owner", "admin")),
    ("DELETE", "", None, ("owner",)),
    ("POST", "/secret", None, ("owner", "admin")),
    ("GET", "/api-keys", None, ("owner", "admin", "member")),
    ("POST", "/api-keys", {"name": "x", "permissions": ["read"]}, ("owner", "admin")),
    ("DELETE", "/api-keys/nothing", None, ("owner", "admin")),
    ("GET", "/members", None, ROLES),
    ("POST", "/members", {"email": "new@example.com", "role": "viewer"}, ("owner", "admin")),
    ("PATCH", "/members/nobody", {"role": "viewer"}, ("owner", "admin")),
    ("DELETE", "/members/nobody", None, ("owner", "admin")),
    ("GET", "/invitations", None, ("owner", "admin")),
    ("DELETE", "/invitations/nothing", None, ("owner", "admin")),
    ("GET", "/errors", None, ROLES),
    ("GET", "/errors/nothing", None, ROLES),
    ("PATCH", "/errors/nothing", {"status": "resolved"}, ("owner", "admin", "member")),
    ("GET", "/sourcemaps", None, ("owner", "admin", "member")),
    ("GET", "/sourcemaps/nothing", None, ("owner", "admin", "member")),
    ("POST", "/sourcemaps?release=1&file=a.js", {"version": 3, "sources": [], "mappings": ""}, ("owner", "admin")),
    ("DELETE", "/sourcemaps/nothing", None, ("owner", "admin")),
    ("DELETE", "/sourcemaps?release=1", None, ("owner", "admin")),
    ("GET", "/sql/schema", None, ("owner", "admin", "member")),
    ("GET", "/system", None, ("owner", "admin", "member")),
    ("GET", "/channels", None, ("owner", "admin", "member")),
    ("POST", "/channels", {"type": "telegram", "chat_id": "-1"}, ("owner", "admin")),
    ("PATCH", "/channels/nothing", {"is_active": False}, ("owner", "admin")),
    ("DELETE", "/channels/nothing", None, ("owner", "admin")),
    ("POST", "/channels/nothing/test", None, ("owner", "admin")),
    ("POST", "/channels/nothing/secret", None, ("owner", "admin")),
    ("GET", "/deliveries", None, ("owner", "admin", "member")),
    ("GET", "/deliveries/nothing", None, ("owner", "admin", "member")),
    ("POST", "/deliveries/nothing/resend", None, ("owner", "admin")),
    ("GET", "/timed-sessions", None, ROLES),
    ("GET", "/timed-sessions/figures", None, ROLES),
    ("GET", "/alerts", None, ROLES),
    ("POST", "/alerts", {"name": "x", "condition": SOME}, ("owner", "admin", "member")),
    ("GET", "/alerts/history", None, ROLES),
    ("GET", "/alerts/history/rules", None, ROLES),
    ("POST", "/alerts/preview", {"condition": SOME}, ROLES),
    ("GET", "/alerts/nothing", None, ROLES),
    ("PATCH", "/alerts/nothing", {"is_active": False}, ("owner", "admin", "member")),
    ("DELETE", "/alerts/nothing", None, ("owner", "admin", "member")),
    ("POST", "/alerts/nothing/test", None, ("owner", "admin", "member")),
]
IDS = [f"{method} {path or '/'}" for method, path, _, _ in ROUTES]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One for all: each test has people and a project of its own."""
    with opened(tmp_path_factory.mktemp("permissions"), StoppedClock(noon())) as world:
        yield world


@pytest.fixture
def shop(world: World) -> str:
    """A project of somebody else's."""
    number = next(numbers)
    return world.project(world.member(f"olga{number}"), id_=f"shop{number}")


def somebody(world: World) -> Person:
    return world.member(f"mia{next(numbers)}")


@pytest.mark.parametrize(("method", "path", "body", "may"), ROUTES, ids=IDS)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_what_the_table_says(
    world: World, shop: str, role: str, method: str, path: str, body: object, may: tuple[str, ...]
) -> None:
    person = world.join(somebody(world), shop, role)
    answer = person.ask(method, f"/projects/{shop}{path}", body)
    if role not in may:
        assert error(answer)[:2] == (403, "FORBIDDEN")
    elif "nothing" in path or "nobody" in path:
        assert error(answer)[:2] == (404, "NOT_FOUND")
    else:
        assert answer.status_code in (200, 201)


@pytest.mark.parametrize(("method", "path", "body", "may"), ROUTES, ids=IDS)
def test_another_project_is_one_that_does_not_exist(
    world: World, shop: str, method: str, path: str, body: object, may: tuple[str, ...]
) -> None:
    stranger = somebody(world)
    theirs = stranger.ask(method, f"/projects/{shop}{path}", body)
    unknown = stranger.ask(method, f"/projects/pohs{path}", body)
    assert error(theirs)[:2] == error(unknown)[:2] == (404, "NOT_FOUND")
    assert theirs.text.replace(shop, "pohs") == unknown.text


@pytest.mark.parametrize(("method", "path", "body", "may"), ROUTES, ids=IDS)
def test_without_credentials_nothing_is_told(
    world: World, shop: str, method: str, path: str, body: object, may: tuple[str, ...]
) -> None:
    for project in (shop, "pohs"):
        assert error(world.nobody.ask(method, f"/projects/{project}{path}", body))[:2] == (401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    ("method", "path", "body", "may"), [r for r in ROUTES if r[2] and "viewer" not in r[3]], ids=lambda _: ""
)
def test_who_may_not_is_told_so_before_their_body_is_read(
    world: World, shop: str, method: str, path: str, body: object, may: tuple[str, ...]
) -> None:
    viewer = world.join(somebody(world), shop, "viewer")
    assert viewer.ask(method, f"/projects/{shop}{path}", content=b"{nonsense").status_code == 403
    assert world.nobody.ask(method, f"/projects/{shop}{path}", content=b"{nonsense").status_code == 401


def test_every_route_is_public_or_needs_somebody(world: World) -> None:
    """What the description says is open, is what is meant to be."""
    paths = world.nobody.get("/openapi.json").json()["paths"]
    open_ = {
        f"{method} {path}"
        for path, operations in paths.items()
        for method, operation in operations.items()
        if operation.get("security") == []
    }
    assert {path for path in open_ if path.partition(" ")[2].startswith("/api/v1")} == {
        "get /api/v1/setup",
        "post /api/v1/setup",
        "post /api/v1/auth/login",
        "post /api/v1/auth/refresh",
        "post /api/v1/auth/logout",
        "get /api/v1/invitations/{token}",
        "post /api/v1/invitations/{token}/accept",
    }
