"""Saved queries over HTTP: what they hold, who may what, and every kind of bad input by the name of its field."""

from typing import Any

import pytest

from gosight.query import saved
from tests.world import Person, World, error

SQL = "select count(*) from events_raw"
HERE = "/projects/shop/queries"


def keep(person: Person, name: str = "Totals", **more: Any) -> Any:
    answer = person.post(HERE, {"name": name, "sql": SQL, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


def test_a_query_is_kept_for_all_members(world: World, owner: Person) -> None:
    made = keep(owner, description="  All of them ", shown={"kind": "bars", "x": "day", "y": ["n", "m"]})
    assert made["id"].startswith("query_")
    assert made | {"id": ""} == {
        "id": "",
        "name": "Totals",
        "description": "All of them",
        "sql": SQL,
        "shown": {"kind": "bars", "x": "day", "y": ["n", "m"]},
        "created_by": "Olga",
        "created_at": "2026-11-22T12:00:00Z",
        "changed_by": "Olga",
        "changed_at": "2026-11-22T12:00:00Z",
    }
    mia = world.join(world.member("mia"), "shop", "member")
    assert mia.get(f"{HERE}/{made['id']}").json()["data"] == made
    world.clock.forward(60)
    changed = mia.patch(f"{HERE}/{made['id']}", {"name": "totals"}).json()["data"]
    after = {"name": "totals", "changed_by": "Mia", "changed_at": "2026-11-22T12:01:00Z"}
    assert changed == made | after
    listed = owner.get(HERE).json()["data"]
    assert listed == [{name: value for name, value in changed.items() if name != "sql"}]
    assert mia.delete(f"{HERE}/{made['id']}").json() == {"success": True}
    assert owner.get(HERE).json()["data"] == []


def test_the_list_is_by_name(owner: Person) -> None:
    for name in ("beta", "Alpha", "gamma"):
        keep(owner, name)
    assert [found["name"] for found in owner.get(HERE).json()["data"]] == ["Alpha", "beta", "gamma"]


def test_a_name_is_taken_once(owner: Person) -> None:
    keep(owner)
    other = keep(owner, "Other")
    for answer in (
        owner.post(HERE, {"name": " totals ", "sql": SQL}),
        owner.patch(f"{HERE}/{other['id']}", {"name": "Totals"}),
    ):
        assert error(answer)[:2] == (409, "CONFLICT")
        assert answer.json()["error"]["details"] == {"field": "name"}
    assert owner.get(f"{HERE}/{other['id']}").json()["data"] == other


BAD: dict[str, tuple[Any, str]] = {
    "no name": ({"name": "  "}, "name"),
    "a name of two lines": ({"name": "a\nb"}, "name"),
    "a name too long": ({"name": "x" * 101}, "name"),
    "a name that is a number": ({"name": 7}, "name"),
    "no query": ({"sql": " \n"}, "sql"),
    "a query too long": ({"sql": "x" * (64 * 1024 + 1)}, "sql"),
    "a query too long in bytes": ({"sql": "ü" * (32 * 1024 + 1)}, "sql"),
    "a query with a NUL": ({"sql": "select \0"}, "sql"),
    "a query that is none": ({"sql": None}, "sql"),
    "a description too long": ({"description": "x" * 1001}, "description"),
    "a kind that there is not": ({"shown": {"kind": "pie"}}, "shown.kind"),
    "a column without a name": ({"shown": {"x": ""}}, "shown.x"),
    "a column with a long name": ({"shown": {"y": ["x" * 201]}}, "shown.y"),
    "too many columns": ({"shown": {"y": ["x"] * 11}}, "shown.y"),
    "an unknown key of what is shown": ({"shown": {"colour": "red"}}, "shown.colour"),
    "an unknown key": ({"owner": "me"}, "owner"),
}


def test_bad_queries_are_refused_by_the_name_of_their_field(owner: Person) -> None:
    kept = keep(owner)
    for what, (part, field) in BAD.items():
        for answer in (
            owner.post(HERE, {"name": "Other", "sql": SQL} | part),
            owner.patch(f"{HERE}/{kept['id']}", part),
        ):
            status, code, message = error(answer)
            assert (status, code) == (400, "VALIDATION_ERROR"), what
            assert answer.json()["error"]["details"]["field"] == field, what
            assert message.startswith(field), what
    assert len(owner.get(HERE).json()["data"]) == 1


@pytest.mark.parametrize("field", ["name", "sql", "description"])
def test_half_a_character_is_no_text(owner: Person, field: str) -> None:
    body = f'{{"name": "a", "sql": "b", "{field}": "\\ud800"}}'
    answer = owner.ask("POST", HERE, content=body.encode())
    assert error(answer)[:2] == (400, "VALIDATION_ERROR")


def test_there_are_at_most_so_many(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MAX_QUERIES", 2)
    keep(owner, "a")
    keep(owner, "b")
    assert error(owner.post(HERE, {"name": "c", "sql": SQL}))[:2] == (409, "CONFLICT")


def test_a_viewer_sees_none(world: World, owner: Person) -> None:
    made = keep(owner)
    viewer = world.join(world.member("vera"), "shop", "viewer")
    for answer in (
        viewer.get(HERE),
        viewer.get(f"{HERE}/{made['id']}"),
        viewer.post(HERE, {"name": "x", "sql": SQL}),
        viewer.patch(f"{HERE}/{made['id']}", {}),
        viewer.delete(f"{HERE}/{made['id']}"),
    ):
        assert error(answer)[:2] == (403, "FORBIDDEN")


def test_a_key_that_reads_changes_nothing_and_one_that_administers_does(world: World, owner: Person) -> None:
    made = keep(owner)
    script, admin = world.key(owner, "shop", "read"), world.key(owner, "shop", "admin")
    assert script.get(f"{HERE}/{made['id']}").json()["data"] == made
    assert script.get(HERE).status_code == 200
    for answer in (
        script.post(HERE, {"name": "x", "sql": SQL}),
        script.patch(f"{HERE}/{made['id']}", {}),
        script.delete(f"{HERE}/{made['id']}"),
    ):
        assert error(answer)[:2] == (403, "FORBIDDEN")
    by_key = keep(admin, "By a key")
    assert (by_key["created_by"], by_key["changed_by"]) == (None, None)


def test_a_query_of_another_project_is_not_there(world: World, owner: Person) -> None:
    made = keep(owner)
    world.project(owner, id_="blog")
    for answer in (
        owner.get(f"/projects/blog/queries/{made['id']}"),
        owner.patch(f"/projects/blog/queries/{made['id']}", {}),
        owner.delete(f"/projects/blog/queries/{made['id']}"),
        world.member("stranger").get(HERE),
        owner.get("/projects/nothing/queries"),
        owner.get(f"{HERE}/query_%2Fnothing"),
    ):
        assert error(answer)[:2] == (404, "NOT_FOUND")
    assert owner.get("/projects/blog/queries").json()["data"] == []


def test_whoever_is_not_signed_in_sees_none(world: World, owner: Person) -> None:
    assert error(world.nobody.get(HERE))[:2] == (401, "UNAUTHORIZED")


def test_what_a_member_made_outlives_their_account(world: World, owner: Person) -> None:
    mia = world.join(world.member("mia"), "shop", "member")
    made = keep(mia)
    with world.app.file.write() as transaction:
        transaction.run("delete from members where id = :id", {"id": mia.id})
    assert owner.get(f"{HERE}/{made['id']}").json()["data"] == made | {"created_by": None, "changed_by": None}
