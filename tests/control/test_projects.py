"""Projects: made, read, changed, deleted."""

from typing import Any

import pytest

from gosight.control import projects
from tests.world import Person, World, error


def create(person: Person, **wish: Any) -> dict[str, Any]:
    answer = person.post("/projects", {"name": "My New Project", **wish})
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def test_a_new_project_answers_as_the_contract_says(world: World) -> None:
    made = create(world.member("olga"), allowed_domains=["NewSite.com"])
    assert set(made) == {"id", "name", "slug", "api_key", "allowed_domains", "created_at"}
    assert made["id"].startswith("proj_")
    assert made["api_key"].startswith("gs_live_")
    assert (made["slug"], made["allowed_domains"]) == ("my-new-project", ["newsite.com"])
    assert made["created_at"] == "2026-11-22T12:00:00Z"


def test_its_key_may_send_events(world: World) -> None:
    made = create(world.member("olga"))
    found = world.app.control.directory.project_by_write_key(made["api_key"])
    assert found is not None
    assert found.id == made["id"]


def test_who_makes_a_project_owns_it_and_sees_it_listed(world: World) -> None:
    olga, per = world.member("olga"), world.member("per")
    made = create(olga)
    (item,) = olga.get("/projects").json()["data"]
    assert set(item) == {
        "id",
        "name",
        "slug",
        "allowed_domains",
        "created_at",
        "role",
        "permissions",
        "stats",
    }
    assert (item["id"], item["role"]) == (made["id"], "owner")
    assert item["stats"] == {"sessions_today": 0, "events_today": 0}
    assert {"project.delete", "personal.read"} <= set(item["permissions"])
    assert per.get("/projects").json()["data"] == []


def test_slugs_are_unique_over_ids_too(world: World) -> None:
    olga = world.member("olga")
    world.project(olga, id_="my-new-project", name="Other")
    assert [create(olga)["slug"] for _ in range(3)] == [f"my-new-project-{n}" for n in (2, 3, 4)]


@pytest.mark.parametrize(
    ("name", "slug"), [("Ünïcode Café", "unicode-cafe"), ("日本語", "proj-"), ("a" * 100, "a" * 60)]
)
def test_any_name_has_a_slug(world: World, name: str, slug: str) -> None:
    assert create(world.member("olga"), name=name)["slug"].startswith(slug)


def test_a_project_answers_to_its_id_and_its_slug(owner: Person) -> None:
    by_id, by_slug = owner.get("/projects/shop"), owner.get(f"/projects/{create(owner)['slug']}")
    assert (by_id.status_code, by_slug.status_code) == (200, 200)


def test_its_settings_are_the_contracts(owner: Person) -> None:
    data = owner.get("/projects/shop").json()["data"]
    assert data["settings"] == {
        "timezone": "UTC",
        "session_timeout_minutes": 30,
        "events": {
            "session": True,
            "page": True,
            "click": True,
            "scroll": True,
            "mouse": True,
            "error": True,
            "replay": True,
        },
        "privacy": {
            "maskAllInputs": True,
            "blockSelectors": [],
            "anonymizeIp": False,
            "storage": "local",
            "respectDoNotTrack": False,
            "respectGpc": True,
        },
        "sampling": {"sessionSampleRate": 100, "replaySampleRate": 100},
        "replay": {"mode": "share", "triggerEvents": [], "console": True, "network": True, "keepQueryOf": []},
        "signals": {
            "rage_clicks": 5,
            "rage_window_ms": 2000,
            "rage_radius_px": 50,
            "dead_window_ms": 1000,
            "error_window_ms": 1000,
            "thrash_turns": 10,
            "thrash_angle_degrees": 90,
            "thrash_window_ms": 2000,
            "thrash_speed_px_s": 500,
        },
        "timed_session_timeout_hours": 24,
        "public": {"summary": False, "timeline": False, "pageTrack": False},
    }
    assert data["role"] == "owner"
    assert data["warnings"] == [projects.OPEN_TO_ALL]


def test_a_change_is_laid_over_what_is_there(owner: Person) -> None:
    owner.patch("/projects/shop", {"settings": {"privacy": {"blockSelectors": [".secret"]}}})
    changed = owner.patch("/projects/shop", {"name": "Store", "settings": {"privacy": {"anonymizeIp": True}}})
    data = changed.json()["data"]
    assert data["name"] == "Store"
    assert data["settings"]["privacy"]["blockSelectors"] == [".secret"]
    assert data["settings"]["privacy"]["anonymizeIp"] is True
    assert owner.get("/projects/shop").json()["data"] == data


def test_the_warning_goes_when_domains_are_named(owner: Person) -> None:
    data = owner.patch("/projects/shop", {"allowed_domains": ["example.com"]}).json()["data"]
    assert data["warnings"] == []


def test_a_new_slug_replaces_the_old_one(owner: Person) -> None:
    assert owner.patch("/projects/shop", {"slug": "Store_1"}).json()["data"]["slug"] == "Store_1"
    assert owner.get("/projects/Store_1").json()["data"]["id"] == "shop"


def test_a_slug_that_another_project_answers_to_is_409(owner: Person) -> None:
    other = create(owner)
    for taken in (other["id"], other["slug"]):
        assert error(owner.patch("/projects/shop", {"slug": taken}))[:2] == (409, "CONFLICT")
    assert owner.patch("/projects/shop", {"slug": "shop"}).status_code == 200


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, "expected at least one of name, slug, allowed_domains, settings"),
        ({"nmae": "x"}, "nmae: there is no such field; expected one of name, slug, allowed_domains, settings"),
        ({"name": ""}, "name: expected 1 to 100 characters in one line, got ''"),
        ({"name": None}, "name: expected text, got null"),
        (
            {"slug": "-x"},
            'slug: expected letters, digits, "_" and "-", at most 64, a letter or digit first, got \'-x\'',
        ),
        ({"slug": "a" * 65}, "slug: expected"),
        ({"slug": "a/b"}, "slug: expected"),
        ({"allowed_domains": "example.com"}, "allowed_domains: expected a list, got text"),
        ({"allowed_domains": ["https://example.com"]}, "allowed_domains[0]: expected a host such as"),
        ({"allowed_domains": ["a.example", "example.com:8080"]}, "allowed_domains[1]: expected a host such as"),
        ({"settings": []}, "settings: expected an object, got a list"),
        ({"settings": {"colour": "red"}}, "settings.colour: there is no such setting; expected one of timezone"),
        ({"settings": {"privacy": 1}}, "settings.privacy: expected an object, got 1"),
        ({"settings": {"privacy": {"storage": "cloud"}}}, "settings.privacy.storage: expected one of local, none"),
        ({"settings": {"privacy": {"anonymizeIp": 1}}}, "settings.privacy.anonymizeIp: expected true or false"),
        ({"settings": {"sampling": {"sessionSampleRate": 100.5}}}, "settings.sampling.sessionSampleRate: expected"),
        ({"settings": {"timezone": "Mars/Base"}}, "settings.timezone: expected an IANA time zone such as"),
        ({"settings": {"timezone": "../etc/passwd"}}, "settings.timezone: expected an IANA time zone such as"),
        (
            {"settings": {"session_timeout_minutes": 0}},
            "settings.session_timeout_minutes: expected a whole number >= 1",
        ),
        ({"settings": {"signals": {"rage_clicks": "5"}}}, "settings.signals.rage_clicks: expected a whole number"),
    ],
)
def test_what_is_not_right_is_named_and_nothing_changes(owner: Person, change: dict[str, object], message: str) -> None:
    before = owner.get("/projects/shop").json()
    status, code, said = error(owner.patch("/projects/shop", change))
    assert (status, code) == (400, "VALIDATION_ERROR")
    assert said.startswith(message)
    assert owner.get("/projects/shop").json() == before


@pytest.mark.parametrize(
    ("wish", "field"),
    [({}, "name"), ({"name": " "}, "name"), ({"name": 5}, "name"), ({"name": "x", "owner": "me"}, "owner")],
)
def test_a_wish_that_is_not_right_makes_nothing(owner: Person, wish: dict[str, object], field: str) -> None:
    answer = owner.post("/projects", wish)
    assert error(answer)[:2] == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"]["field"] == field
    assert len(owner.get("/projects").json()["data"]) == 1


def test_a_deleted_project_is_gone_with_its_keys(world: World, owner: Person) -> None:
    key = world.key(owner, "shop", "read")
    assert key.get("/projects/shop").status_code == 200
    answer = owner.delete("/projects/shop")
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert error(owner.get("/projects/shop"))[:2] == (404, "NOT_FOUND")
    assert error(key.get("/projects"))[:2] == (401, "UNAUTHORIZED")


def test_a_number_is_never_given_out_twice(world: World, owner: Person) -> None:
    first = projects.by_ref(world.app.file, "shop").number
    owner.delete("/projects/shop")
    create(owner, name="Shop")
    assert projects.by_ref(world.app.file, "shop").number == first + 1


def test_a_signing_secret_is_new_each_time(owner: Person) -> None:
    answers = [owner.post("/projects/shop/secret") for _ in range(2)]
    first, second = (answer.json()["data"]["signing_secret"] for answer in answers)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert first != second
    assert first not in owner.get("/projects/shop").text
