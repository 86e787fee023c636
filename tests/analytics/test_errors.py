"""Errors by the API: groups, single ones, one in detail, and what people decide about them."""

from typing import Any

import pytest

from gosight.kit.clock import SECOND
from tests.analytics.visits import ANDROID, DESKTOP, GOOGLEBOT, IPHONE, SITE, send, view
from tests.world import Person, World, error

JS = f"{SITE}/js/app.3f9a1c.js"
CHROMES = f"TypeError: Cannot read properties of undefined (reading 'map')\n    at render ({JS}:142:5)\n    at {JS}:9:1"
SAFARIS = f"render@{JS}:142:12\nglobal code@{JS}:9:1"
CONTRACT = {
    "id", "message", "error_type", "filename", "lineno", "colno", "count", "session_count", "first_seen", "last_seen",
    "status", "browsers",
}  # fmt: skip


def typed(ts: str, path: str, stack: str = CHROMES, **payload: Any) -> dict[str, Any]:
    """One fault, in the words of two browsers."""
    message = "undefined is not an object (evaluating 'rows.map')" if stack is SAFARIS else CHROMES.splitlines()[0]
    told = {"message": message.removeprefix("TypeError: "), "error_type": "TypeError", "stack": stack, **payload}
    return {"type": "js_error", "ts": ts, "url": f"{SITE}{path}?x=1", "payload": told}


def other(ts: str, path: str, message: str = "gateway timed out after 30 s") -> dict[str, Any]:
    return {"type": "js_error", "ts": ts, "url": SITE + path, "payload": {"message": message, "filename": JS}}


@pytest.fixture
def key(world: World, owner: Person) -> Person:
    return world.key(owner, "shop", "write")


@pytest.fixture
def shop(world: World, owner: Person, key: Person) -> Person:
    """Olga, with errors in her shop: three visits of people on the 20th and 21st, and one of a bot."""
    send(world, key, "anna", "s1", DESKTOP, [
        view("2026-11-20T10:00:00Z", "/checkout?utm_source=mail"), typed("2026-11-20T10:00:05Z", "/checkout"),
        typed("2026-11-20T10:00:06Z", "/cart", release="1.4.0"), other("2026-11-20T10:01:00Z", "/cart")])  # fmt: skip
    send(world, key, "ben", "s2", IPHONE, [
        view("2026-11-20T23:59:00Z", "/checkout"), typed("2026-11-21T00:00:05Z", "/checkout", SAFARIS)])  # fmt: skip
    send(world, key, "cleo", "s3", ANDROID, [other("2026-11-21T12:00:00Z", "/cart", "gateway timed out after 12 s")])
    by_bot = [typed("2026-11-21T13:00:00Z", "/checkout"), other("2026-11-21T13:00:01Z", "/", "only bots")]
    send(world, key, "bot", "s4", GOOGLEBOT, by_bot)
    return owner


def listed(person: Person, query: str = "", project: str = "shop") -> list[dict[str, Any]]:
    answer = person.get(f"/projects/{project}/errors?{query}")
    assert answer.status_code == 200, answer.text
    data: list[dict[str, Any]] = answer.json()["data"]
    return data


def the_error(person: Person, query: str = "") -> dict[str, Any]:
    """The fault that both browsers met."""
    (found,) = [item for item in listed(person, query) if item["error_type"] == "TypeError"]
    return found


def set_status(person: Person, id_: str, status: str) -> None:
    answer = person.patch(f"/projects/shop/errors/{id_}", {"status": status})
    assert (answer.status_code, answer.json()) == (200, {"success": True, "data": {"id": id_, "status": status}})


def test_a_group_is_told_as_the_contract_says(shop: Person) -> None:
    found = the_error(shop)
    assert set(found) >= CONTRACT
    assert found["id"].startswith("err_")
    assert {name: found[name] for name in CONTRACT - {"id", "message"}} == {
        "error_type": "TypeError",
        "filename": JS,
        "lineno": 142,
        "colno": 12,
        "count": 3,
        "session_count": 2,
        "first_seen": "2026-11-20T10:00:05Z",
        "last_seen": "2026-11-21T00:00:05Z",
        "status": "open",
        "browsers": {"Chrome": 2, "Safari": 1},
    }
    assert found["message"] == "undefined is not an object (evaluating 'rows.map')"
    assert (found["visitor_count"], found["is_regression"], found["reopened_at"]) == (2, False, None)
    assert (len(found["trend"]), sum(found["trend"])) == (24, 3)


def test_a_page_of_groups_tells_how_many_there_are(shop: Person) -> None:
    for page, count in ((1, 1), (2, 1), (3, 0)):
        answer = shop.get(f"/projects/shop/errors?per_page=1&page={page}").json()
        assert len(answer["data"]) == count
        assert answer["meta"] == {"page": page, "per_page": 1, "total": 2, "total_pages": 2}
    assert shop.get("/projects/shop/errors?search=nothing").json()["meta"]["total"] == 0


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ("", [2, 3]),
        ("grouped=true", [2, 3]),
        ("order=asc", [3, 2]),
        ("sort=last_seen&order=asc", [3, 2]),
        ("sort=first_seen", [2, 3]),
        ("sort=count", [3, 2]),
        ("sort=count&order=asc", [2, 3]),
        ("sort=sessions", [2, 3]),
        ("sort=sessions&bots=true", [4, 2, 1]),
        ("start_date=2026-11-20&end_date=2026-11-20", [1, 2]),
        ("start_date=2026-11-21&end_date=2026-11-21", [1, 1]),
        ("start_date=2026-11-21&end_date=2026-11-21&timezone=Europe/Berlin", [1, 1]),
        ("start_date=2026-11-20&end_date=2026-11-20&timezone=Pacific/Auckland", [1, 2]),
        ("start_date=2026-11-22&end_date=2026-11-22", []),
        ("status=open", [2, 3]),
        ("status=resolved", []),
        ("search=GATEWAY", [2]),
        ("search=typeerror", [3]),
        ("search=app.3f9a1c", [2, 3]),
        ("search=100%25", []),
        ("path=/checkout", [2]),
        ("path=/cart", [2, 1]),
        ("browser=Safari", [1]),
        ("os=Android", [1]),
        ("device_type=desktop", [1, 2]),
        ("utm_source=mail", [1, 2]),
        ("release=1.4.0", [1]),
        ("bots=true", [1, 4, 2]),
    ],
)  # fmt: skip
def test_groups(shop: Person, query: str, counts: list[int]) -> None:
    assert [item["count"] for item in listed(shop, query)] == counts


def test_first_and_last_seen_are_those_of_the_group_itself(shop: Person) -> None:
    found = the_error(shop, "start_date=2026-11-21")
    assert (found["count"], found["first_seen"], found["last_seen"]) == (
        1,
        "2026-11-20T10:00:05Z",
        "2026-11-21T00:00:05Z",
    )


def test_single_errors_each_with_its_group_and_visit(shop: Person) -> None:
    answer = shop.get("/projects/shop/errors?grouped=false&per_page=2").json()
    assert answer["meta"] == {"page": 1, "per_page": 2, "total": 5, "total_pages": 3}
    latest, before = answer["data"]
    assert (latest["session_id"], latest["message"]) == ("s3", "gateway timed out after 12 s")
    assert before["error_id"] == the_error(shop)["id"]
    assert before | {"id": "", "error_id": ""} == {
        "id": "",
        "error_id": "",
        "timestamp": "2026-11-21T00:00:05Z",
        "message": "undefined is not an object (evaluating 'rows.map')",
        "error_type": "TypeError",
        "filename": JS,
        "lineno": 142,
        "colno": 12,
        "release": None,
        "url": f"{SITE}/checkout?x=1",
        "path": "/checkout",
        "session_id": "s2",
        "visitor_id": "ben",
        "browser": "Safari",
        "browser_version": "18.6",
        "os": "iOS",
        "os_version": "18.6",
        "device_type": "mobile",
        "is_bot": False,
        "has_replay": False,
    }


@pytest.mark.parametrize(
    ("query", "sessions"),
    [
        ("", ["s3", "s2", "s1", "s1", "s1"]),
        ("order=asc", ["s1", "s1", "s1", "s2", "s3"]),
        ("path=/cart", ["s3", "s1", "s1"]),
        ("search=gateway", ["s3", "s1"]),
        ("bots=true", ["s4", "s4", "s3", "s2", "s1", "s1", "s1"]),
        ("status=ignored", []),
        ("page=9", []),
    ],
)
def test_single_errors(shop: Person, query: str, sessions: list[str]) -> None:
    assert [item["session_id"] for item in listed(shop, f"grouped=false&{query}")] == sessions


def test_the_errors_of_one_group(shop: Person) -> None:
    found = listed(shop, f"grouped=false&error_id={the_error(shop)['id']}")
    assert [item["session_id"] for item in found] == ["s2", "s1", "s1"]


def test_one_error_in_detail(shop: Person) -> None:
    id_ = the_error(shop)["id"]
    found = shop.get(f"/projects/shop/errors/{id_}?start_date=2026-11-19&end_date=2026-11-21").json()["data"]
    assert (found["id"], found["count"], found["session_count"], found["status"]) == (id_, 3, 2, "open")
    assert found["stack"] == SAFARIS
    assert found["frames"][0] == {
        "function": "render", "filename": JS, "lineno": 142, "colno": 12, "is_async": False, "in_app": True,
        "sourcemap": None,
    }  # fmt: skip
    assert found["stats"] == {
        "occurrences_over_time": [
            {"date": "2026-11-19", "count": 0},
            {"date": "2026-11-20", "count": 2},
            {"date": "2026-11-21", "count": 1},
        ],
        "browsers": {"Chrome": 2, "Safari": 1},
        "os": {"Windows": 2, "iOS": 1},
        "devices": {"desktop": 2, "mobile": 1},
        "pages": [{"path": "/checkout", "count": 2}, {"path": "/cart", "count": 1}],
        "releases": [{"release": "1.4.0", "count": 1}],
    }
    assert [(s["session_id"], s["timestamp"], s["url"], s["count"]) for s in found["sample_sessions"]] == [
        ("s2", "2026-11-21T00:00:05Z", f"{SITE}/checkout?x=1", 1),
        ("s1", "2026-11-20T10:00:06Z", f"{SITE}/cart?x=1", 2),
    ]
    assert found["latest"]["session_id"] == "s2"


def test_what_can_be_watched_comes_first(world: World, shop: Person, key: Person) -> None:
    recorded = [{"type": 4, "timestamp": 1, "data": {}}, {"type": 2, "timestamp": 2, "data": {}}]
    answer = world.client.post("/v1/replay?session_id=s1&index=0", json=recorded, headers=key.headers)
    assert answer.status_code == 200, answer.text
    id_ = the_error(shop)["id"]
    found = shop.get(f"/projects/shop/errors/{id_}").json()["data"]["sample_sessions"]
    assert [(one["session_id"], one["has_replay"]) for one in found] == [("s1", True), ("s2", False)]
    single = listed(shop, f"grouped=false&error_id={id_}")
    assert [(one["session_id"], one["has_replay"]) for one in single] == [("s2", False), ("s1", True), ("s1", True)]


@pytest.mark.parametrize(
    ("query", "count", "days"),
    [
        ("", 3, ["2026-11-20", "2026-11-21"]),
        ("timezone=America/New_York", 3, ["2026-11-20"]),
        ("interval=month", 3, ["2026-11-01"]),
        ("bots=true", 4, ["2026-11-20", "2026-11-21"]),
        ("start_date=2026-11-01&end_date=2026-11-02", 0, ["2026-11-01", "2026-11-02"]),
        ("start_date=2026-11-20&end_date=2026-11-20", 2, ["2026-11-20"]),
    ],
)
def test_detail_of_a_range(shop: Person, query: str, count: int, days: list[str]) -> None:
    found = shop.get(f"/projects/shop/errors/{the_error(shop)['id']}?{query}").json()["data"]
    assert found["count"] == count == sum(point["count"] for point in found["stats"]["occurrences_over_time"])
    assert [point["date"] for point in found["stats"]["occurrences_over_time"]] == days
    assert found["stack"]
    assert found["first_seen"] == "2026-11-20T10:00:05Z"


def test_what_only_bots_met_is_found_by_its_address(shop: Person) -> None:
    (only,) = [item for item in listed(shop, "bots=true") if item["message"] == "only bots"]
    assert only["id"] not in {item["id"] for item in listed(shop)}
    found = shop.get(f"/projects/shop/errors/{only['id']}").json()["data"]
    assert (found["count"], found["message"], found["stack"], found["frames"]) == (0, "only bots", None, [])


def test_resolved_and_ignored_ones_are_found_by_their_status(shop: Person) -> None:
    id_ = the_error(shop)["id"]
    for status in ("resolved", "ignored", "open"):
        set_status(shop, id_, status)
        assert the_error(shop)["status"] == status
        assert id_ in {item["id"] for item in listed(shop, f"status={status}")}
        assert shop.get(f"/projects/shop/errors/{id_}").json()["data"]["status"] == status
        assert {item["error_id"] for item in listed(shop, f"grouped=false&status={status}")} >= {id_}
    assert listed(shop, "status=resolved") == listed(shop, "status=ignored") == []


def test_a_resolved_error_opens_again_when_one_is_received(world: World, shop: Person, key: Person) -> None:
    id_ = the_error(shop)["id"]
    set_status(shop, id_, "resolved")
    world.clock.forward(60)
    send(world, key, "anna", "s1", DESKTOP, [other("2026-11-20T10:05:00Z", "/")])
    send(world, key, "bot", "s4", GOOGLEBOT, [typed("2026-11-22T12:00:30Z", "/")])
    assert the_error(shop)["status"] == "resolved"
    send(world, key, "dora", "s5", DESKTOP, [typed("2026-11-20T09:00:00Z", "/late")])
    found = the_error(shop)
    assert (found["status"], found["is_regression"], found["reopened_at"]) == ("open", True, "2026-11-22T12:01:00Z")
    assert [item["id"] for item in listed(shop, "status=resolved")] == []
    detail = shop.get(f"/projects/shop/errors/{id_}").json()["data"]
    assert (detail["status"], detail["is_regression"], detail["reopened_at"]) == ("open", True, "2026-11-22T12:01:00Z")
    set_status(shop, id_, "resolved")
    assert (the_error(shop)["status"], the_error(shop)["is_regression"]) == ("resolved", False)


def test_an_ignored_error_stays_ignored(world: World, shop: Person, key: Person) -> None:
    id_ = the_error(shop)["id"]
    set_status(shop, id_, "ignored")
    world.clock.now += 60 * SECOND
    send(world, key, "dora", "s5", DESKTOP, [typed("2026-11-22T12:00:00Z", "/")])
    assert (the_error(shop)["status"], the_error(shop)["count"]) == ("ignored", 4)


def test_several_at_once_all_or_none(shop: Person) -> None:
    ids = [item["id"] for item in listed(shop)]
    answer = shop.patch("/projects/shop/errors", {"ids": ids, "status": "resolved"}).json()
    assert answer["data"] == [{"id": id_, "status": "resolved"} for id_ in ids]
    assert len(listed(shop, "status=resolved")) == 2
    missing = shop.patch("/projects/shop/errors", {"ids": [*ids, "err_" + "0" * 16], "status": "open"})
    assert error(missing)[:2] == (404, "NOT_FOUND")
    assert len(listed(shop, "status=resolved")) == 2


def test_an_error_in_a_visit_leads_to_its_group(shop: Person) -> None:
    id_ = the_error(shop)["id"]
    for path in ("sessions/s2/events", "visitors/ben/timeline"):
        found = {item["type"]: item["error_id"] for item in shop.get(f"/projects/shop/{path}").json()["data"]}
        assert found == {"page_view": None, "js_error": id_}


def test_a_viewer_sees_errors_and_decides_nothing(world: World, shop: Person) -> None:
    viewer = world.join(world.member("vera"), "shop", "viewer")
    member = world.join(world.member("max"), "shop", "member")
    reader = world.key(shop, "shop", "read")
    id_ = the_error(viewer)["id"]
    assert viewer.get(f"/projects/shop/errors/{id_}").status_code == 200
    for who in (viewer, reader):
        for path, body in ((f"errors/{id_}", {}), ("errors", {"ids": [id_]})):
            refused = who.patch(f"/projects/shop/{path}", body | {"status": "resolved"})
            assert error(refused)[:2] == (403, "FORBIDDEN")
    assert the_error(reader)["status"] == "open"
    set_status(member, id_, "resolved")
    set_status(world.key(shop, "shop", "admin"), id_, "open")


def test_another_project_has_other_errors(world: World, shop: Person) -> None:
    world.project(shop, id_="blog", name="Blog")
    id_ = the_error(shop)["id"]
    assert listed(shop, project="blog") == []
    for answer in (
        shop.get(f"/projects/blog/errors/{id_}"),
        shop.patch(f"/projects/blog/errors/{id_}", {"status": "open"}),
    ):
        assert error(answer) == (404, "NOT_FOUND", f"there is no error '{id_}' in this project")
    stranger = world.member("sam")
    for answer in (stranger.get("/projects/shop/errors"), stranger.get(f"/projects/shop/errors/{id_}")):
        assert error(answer)[:2] == (404, "NOT_FOUND")


def test_decisions_are_gone_with_the_project(world: World, shop: Person) -> None:
    set_status(shop, the_error(shop)["id"], "resolved")
    shop.delete("/projects/shop")
    with world.app.file.write() as transaction:
        transaction.run("update projects set name = name")
        assert transaction.run("delete from fault_marks") == 0


def test_errors_with_nothing_in_them_are_errors(world: World, owner: Person, key: Person) -> None:
    empty = [
        {"type": "js_error", "ts": "2026-11-22T10:00:00Z", "payload": payload}
        for payload in ({}, None, {"stack": 7, "lineno": "x"})
    ]
    send(world, key, "anna", "s1", DESKTOP, empty)
    (found,) = listed(owner)
    assert (found["message"], found["error_type"], found["count"]) == ("Error", "Error", 3)
    assert (found["filename"], found["lineno"], found["colno"], found["url"]) == (None, None, None, None)
    assert owner.get(f"/projects/shop/errors/{found['id']}").json()["data"]["stack"] is None


def test_a_clock_that_stands_in_the_past_breaks_no_chart(world: World, owner: Person, key: Person) -> None:
    send(world, key, "anna", "s1", DESKTOP, [typed("1971-01-01T00:00:00Z", "/"), typed("2026-11-22T10:00:00Z", "/")])
    found = owner.get(f"/projects/shop/errors/{the_error(owner)['id']}").json()["data"]
    assert (found["first_seen"], found["count"]) == ("1971-01-01T00:00:00Z", 1)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "status: is required"),
        ({"status": "closed"}, "status: expected one of open, resolved, ignored, got 'closed'"),
        ({"status": None}, "status: expected text, got null"),
        ({"status": "open", "why": "x"}, "why: there is no such field; expected one of status"),
        ([], "body: expected an object, got a list"),
    ],
)
def test_a_decision_that_is_none_is_refused(shop: Person, body: object, message: str) -> None:
    answer = shop.patch(f"/projects/shop/errors/{the_error(shop)['id']}", body)
    assert error(answer) == (400, "VALIDATION_ERROR", message)
    assert the_error(shop)["status"] == "open"


@pytest.mark.parametrize("ids", [[], ["err_" + "0" * 16] * 101, "err_", [7]], ids=["none", "many", "text", "number"])
def test_decisions_about_nothing_are_refused(shop: Person, ids: object) -> None:
    answer = shop.patch("/projects/shop/errors", {"ids": ids, "status": "open"})
    assert error(answer)[:2] == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("id_", ["nothing", "err_group_123", "err_" + "0" * 16, "%2F..%2F", "%00", "err_" + "f" * 500])
def test_an_error_that_is_none_is_not_found(shop: Person, id_: str) -> None:
    path = f"/projects/shop/errors/{id_}"
    for answer in (shop.get(path), shop.patch(path, {"status": "open"})):
        assert error(answer)[:2] == (404, "NOT_FOUND")
