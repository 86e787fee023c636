"""API keys of a project."""

import pytest

from tests.world import Person, World, error


def test_a_key_answers_as_the_contract_says(owner: Person) -> None:
    answer = owner.post("/projects/shop/api-keys", {"name": "Staging", "permissions": ["write"]})
    made = answer.json()["data"]
    assert answer.status_code == 201
    assert set(made) == {"id", "name", "key", "key_prefix", "permissions"}
    assert made["key"].startswith("gs_live_")
    assert made["key_prefix"] == made["key"][:12] + "..."
    listed = owner.get("/projects/shop/api-keys").json()["data"]
    assert listed[1] == {
        "id": made["id"],
        "name": "Staging",
        "key_prefix": made["key_prefix"],
        "permissions": ["write"],
        "is_active": True,
        "last_used_at": None,
        "created_at": "2026-11-22T12:00:00Z",
    }
    assert made["key"] not in owner.get("/projects/shop/api-keys").text


@pytest.mark.parametrize(
    ("permissions", "prefix", "kept"),
    [
        (["write"], "gs_live_", ["write"]),
        (["write", "write"], "gs_live_", ["write"]),
        (["read"], "gs_api_", ["read"]),
        (["admin", "write"], "gs_api_", ["write", "admin"]),
        (["read", "write", "admin"], "gs_api_", ["write", "read", "admin"]),
    ],
)
def test_only_a_key_that_just_writes_may_stand_in_pages(
    owner: Person, permissions: list[str], prefix: str, kept: list[str]
) -> None:
    made = owner.post("/projects/shop/api-keys", {"name": "x", "permissions": permissions}).json()["data"]
    assert made["key"].startswith(prefix)
    assert made["permissions"] == kept


@pytest.mark.parametrize(
    "wish",
    [
        {"name": "x"},
        {"name": "x", "permissions": []},
        {"name": "x", "permissions": ["fly"]},
        {"name": "x", "permissions": "write"},
        {"name": "", "permissions": ["write"]},
        {"permissions": ["write"]},
        {"name": "x", "permissions": ["write"], "project": "other"},
    ],
)
def test_a_wish_that_is_not_right_makes_no_key(owner: Person, wish: dict[str, object]) -> None:
    assert error(owner.post("/projects/shop/api-keys", wish))[:2] == (400, "VALIDATION_ERROR")
    assert len(owner.get("/projects/shop/api-keys").json()["data"]) == 1


def test_a_read_key_reads_its_own_project_alone(world: World, owner: Person) -> None:
    world.project(owner, id_="other")
    key = world.key(owner, "shop", "read")
    assert key.get("/projects/shop").json()["data"]["role"] == "member"
    assert [p["id"] for p in key.get("/projects").json()["data"]] == ["shop"]
    assert error(key.get("/projects/other"))[:2] == (404, "NOT_FOUND")
    assert error(key.patch("/projects/shop", {"name": "x"}))[:2] == (403, "FORBIDDEN")


def test_an_admin_key_changes_its_project_and_does_not_delete_it(world: World, owner: Person) -> None:
    key = world.key(owner, "shop", "admin")
    assert key.patch("/projects/shop", {"name": "Store"}).status_code == 200
    assert key.delete("/projects/shop").status_code == 403


def test_a_write_key_reads_nothing(world: World, owner: Person) -> None:
    key = world.key(owner, "shop", "write")
    for path in ("/projects", "/projects/shop", "/me", "/projects/shop/api-keys"):
        assert error(key.get(path))[:2] == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/me"), ("PATCH", "/me"), ("GET", "/me/sessions"), ("POST", "/projects")]
)
def test_a_key_is_no_member(world: World, owner: Person, method: str, path: str) -> None:
    key = world.key(owner, "shop", "admin", "read")
    assert error(key.ask(method, path, {"name": "x"} if method != "GET" else None))[:2] == (403, "FORBIDDEN")


@pytest.mark.parametrize("key", ["", "gs_api_" + "x" * 32, "gs_live_x", "x" * 10_000, "' or 1=1 --"])
def test_an_unknown_key_is_401(world: World, key: str) -> None:
    assert error(world.nobody.get("/projects", headers={"X-GoSight-Key": key}))[:2] == (401, "UNAUTHORIZED")


def test_a_revoked_key_opens_nothing_from_the_next_request_on(world: World, owner: Person) -> None:
    key = world.key(owner, "shop", "read")
    assert key.get("/projects").status_code == 200
    assert owner.delete(f"/projects/shop/api-keys/{key.id}").json() == {"success": True}
    assert error(key.get("/projects"))[:2] == (401, "UNAUTHORIZED")
    assert error(owner.delete(f"/projects/shop/api-keys/{key.id}"))[:2] == (404, "NOT_FOUND")


def test_a_key_of_another_project_is_not_revoked_from_here(world: World, owner: Person) -> None:
    world.project(owner, id_="other")
    key = world.key(owner, "other", "read")
    assert owner.delete(f"/projects/shop/api-keys/{key.id}").status_code == 404
    assert key.get("/projects").status_code == 200


def test_when_a_key_was_last_used_is_written_by_a_job(world: World, owner: Person) -> None:
    key = world.key(owner, "shop", "read")
    world.clock.forward(1800)
    key.get("/projects")
    assert owner.get("/projects/shop/api-keys").json()["data"][1]["last_used_at"] is None
    world.app.control.directory.write_last_used()
    assert owner.get("/projects/shop/api-keys").json()["data"][1]["last_used_at"] == "2026-11-22T12:30:00Z"
