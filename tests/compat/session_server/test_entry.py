"""Who may, and by which token."""

import base64
import json

import jwt
import pytest

from gosight.control import projects
from tests.compat.session_server.asked import NOON, Timing, at, by, by_token, refused, secret, signed
from tests.conftest import MakeWorld
from tests.world import Person, World

LATER = int(NOON.timestamp()) + 3_600
STATISTICS = [
    "sessions/heatmap",
    "sessions/most-active",
    "sessions/stats",
    "sessions/summary",
    "sessions/timeline",
    "sessions/session-timeline-detail",
    "sessions/daily-time-spent",
    "sessions/time-by-page",
    "pages/stats",
]
STEPS = ["sessions/start", "sessions/pause", "sessions/resume", "sessions/end"]


@pytest.mark.parametrize("path", [*STATISTICS, *STEPS, "auth/validate-token", "auth/token-info", "pages/track"])
@pytest.mark.parametrize("app", ["shop", "nothing"])
def test_nobody_gets_in(world: World, owner: Person, path: str, app: str) -> None:
    body = {"app": app, "user": "ann", "page": "/", "timespent": 1}
    assert refused(world.client.post(f"/api/{path}", json=body))[0] == 401


def test_401_comes_before_422(world: World, owner: Person) -> None:
    assert refused(world.client.post("/api/sessions/start", content=b"nonsense"))[0] == 401


def unsigned(claims: dict[str, object]) -> str:
    return jwt.encode(claims, "", algorithm="none")


def test_tokens_of_the_application_are_looked_at_closely(world: World, owner: Person) -> None:
    world.project(owner, "other")
    key, other = secret(world), secret(world, "other")
    good: dict[str, object] = {"sub": "ann", "exp": LATER, "app": "shop"}
    head, middle, tail = signed(key).split(".")
    forged = base64.urlsafe_b64encode(json.dumps(good | {"sub": "bob"}).encode()).decode().rstrip("=")
    bad = {
        "another secret": signed("x" * 40),
        "another app's secret": signed(other),
        "another app's, which it names": signed(other, app="other"),
        "names an app that there is not": signed(key, app="nothing"),
        "none": unsigned(good),
        "HS512": jwt.encode(good, key * 2, algorithm="HS512"),
        "HS384": jwt.encode(good, key, algorithm="HS384"),
        "expired": signed(key, exp=int(NOON.timestamp())),
        "no exp": signed(key, exp=None),
        "exp is a text": signed(key, exp=str(LATER)),
        "exp is true": signed(key, exp=True),
        "not yet": signed(key, nbf=LATER),
        "no sub": signed(key, None),
        "empty sub": signed(key, ""),
        "changed": f"{head}.{forged}.{tail}",
        "cut": f"{head}.{middle}.",
        "nonsense": "nonsense",
        "long": signed(key, more="x" * 9_000),
    }
    found = {name: refused(by_token(world, token).call("sessions/stats", user="ann"))[0] for name, token in bad.items()}
    assert found == dict.fromkeys(bad, 401)


def test_a_token_of_the_application_opens_its_own_app(world: World, owner: Person) -> None:
    key = secret(world)
    for claims in ({}, {"app": projects.by_ref(world.app.file, "shop").slug}, {"app": None}, {"exp": LATER + 0.5}):
        assert by_token(world, signed(key, **claims)).call("sessions/stats", user="ann").status_code == 200


def test_an_unknown_app_is_404(world: World, owner: Person, olga: Timing) -> None:
    for asking in (
        by_token(world, signed(secret(world)), "nothing"),
        by(owner, world, "nothing"),
        by(world.key(owner, "shop", "read"), world, "nothing"),
    ):
        assert refused(asking.call("sessions/stats", user="all"))[:2] == (404, "there is no app nothing")


def test_another_members_project_is_404(world: World, owner: Person) -> None:
    assert refused(by(world.member("mia"), world).call("sessions/stats", user="all"))[0] == 404


def test_a_new_secret_voids_the_tokens_before(world: World, owner: Person) -> None:
    token = signed(secret(world))
    assert by_token(world, token).call("sessions/stats", user="ann").status_code == 200
    secret(world)
    assert refused(by_token(world, token).call("sessions/stats", user="ann"))[0] == 401


def test_an_applications_token_speaks_for_its_own_sub(world: World, owner: Person) -> None:
    key = secret(world)
    ann = by_token(world, signed(key, "ann"))
    assert ann.call("sessions/start", user="ann", time=at()).status_code == 200
    assert refused(ann.call("sessions/start", user="bob", time=at()))[0] == 403
    for path in STATISTICS:
        assert ann.call(path, user="ann").status_code == 200
        for other in ("bob", "all"):
            assert refused(ann.call(path, user=other))[0] == 403
    called_all = by_token(world, signed(key, "all"))
    assert refused(called_all.call("sessions/stats", user="all"))[0] == 403


def test_with_the_role_admin_it_speaks_for_everybody(world: World, owner: Person) -> None:
    admin = by_token(world, signed(secret(world), "ann", role="admin"))
    assert admin.call("sessions/start", user="bob", time=at()).status_code == 200
    for path in STATISTICS:
        for user in ("ann", "bob", "all"):
            assert admin.call(path, user=user).status_code == 200


# who; may take steps, may read of all, may read of one
ROLES = {
    "owner": (200, 200, 200),
    "admin": (200, 200, 200),
    "member": (200, 200, 200),
    "viewer": (403, 200, 403),
    "write": (200, 403, 403),
    "read": (403, 200, 200),
    "admin key": (200, 200, 200),
}


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("bearer", [True, False], ids=["bearer", "header"])
def test_roles_and_keys(world: World, owner: Person, who: str, bearer: bool) -> None:
    if who in ("write", "read", "admin key"):
        somebody = world.key(owner, "shop", who.removesuffix(" key"))
        if bearer:
            somebody.headers = {"Authorization": f"Bearer {somebody.headers['X-GoSight-Key']}"}
    else:
        somebody = owner if who == "owner" else world.join(world.member("mia"), "shop", who)
    asking = by(somebody, world)
    found = (
        asking.call("sessions/start", user="ann", time=at()).status_code,
        asking.call("sessions/timeline", user="all").status_code,
        asking.call("sessions/timeline", user="ann").status_code,
    )
    assert found == ROLES[who]


def test_another_projects_key_is_404_here(world: World, owner: Person) -> None:
    world.project(owner, "other")
    key = world.key(owner, "other", "admin")
    assert refused(by(key, world).call("sessions/start", user="ann", time=at()))[0] == 404


def test_a_revoked_key_is_401(world: World, owner: Person) -> None:
    key = world.key(owner, "shop", "write")
    owner.delete(f"/projects/shop/api-keys/{key.id}")
    assert refused(by(key, world).call("sessions/start", user="ann", time=at()))[0] == 401


def test_a_key_for_pages_works_on_the_projects_own_pages(world: World, owner: Person) -> None:
    owner.patch("/projects/shop", {"allowed_domains": ["example.com"]})
    key = world.key(owner, "shop", "write")
    for origin, status in (("https://example.com", 200), ("https://evil.example", 403)):
        asking = Timing(world, key.headers | {"Origin": origin})
        assert asking.call("sessions/start", user="ann", time=at()).status_code == status


def test_with_dev_this_machine_is_owner(make_world: MakeWorld) -> None:
    world = make_world(dev=True, peer="127.0.0.1", host="localhost")
    world.project()
    asking = Timing(world, {})
    asking.start()
    assert asking.call("auth/validate-token").json()["data"]["user"] == "developer"


def test_the_token_is_told_as_it_is(world: World, owner: Person) -> None:
    token = signed(secret(world), "username")
    asking = by_token(world, token)
    assert asking.call("auth/token-info").json() == {
        "status": "success",
        "message": "Token information retrieved",
        "data": {"sub": "username", "exp": LATER, "app": "shop"},
    }
    assert asking.call("auth/validate-token").json() == {
        "status": "success",
        "message": "Token is valid",
        "data": {"user": "username", "app": "shop", "token_info": {"sub": "username", "exp": LATER, "app": "shop"}},
    }


def test_gosights_own_token_is_told_too(world: World, owner: Person) -> None:
    data = by(owner, world).call("auth/token-info").json()["data"]
    assert data == {"sub": owner.id, "exp": LATER, "app": "shop", "role": "owner"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/auth/health", {"status": "success", "message": "Authentication service is healthy"}),
        ("/api/health", {"status": "success", "message": "API is healthy", "timestamp": at()}),
        ("/", {"status": "success", "message": "Session Server is running", "timestamp": at()}),
    ],
)
@pytest.mark.parametrize("body", [b'{"app": "your_app_name"}', b"", b"nonsense"], ids=["app", "nothing", "nonsense"])
def test_health_is_for_everybody(world: World, path: str, expected: dict[str, str], body: bytes) -> None:
    answer = world.client.post(path, content=body)
    assert (answer.status_code, answer.json()) == (200, expected)
