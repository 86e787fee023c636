"""What the dashboard's page reads: a year, its sessions, by whom it may be read."""

from typing import Any

import pytest

from gosight.compat.session_server import fill
from gosight.control import projects
from tests.compat.session_server.asked import NOON, Timing, at
from tests.world import Person, World, error


def figures(person: Person, query: str = "") -> Any:
    answer = person.get(f"/projects/shop/timed-sessions/figures{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def listed(person: Person, query: str = "") -> Any:
    answer = person.get(f"/projects/shop/timed-sessions{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_year_in_figures(owner: Person, olga: Timing) -> None:
    olga.told(("start", at(0)), ("pause", at(10)), ("end", at(30)))
    olga.told(("start", at(60)), user="bob")
    olga.told(("start", "2024-03-01T09:00:00Z"), ("end", "2024-03-01T09:30:00Z"))
    assert figures(owner) == {
        "year": 2026,
        "years": [2024, 2025, 2026],
        "totals": {
            "sessions": 2,
            "going_on": 1,
            "active_days": 1,
            "active_ms": 600_000,
            "average_active_ms": 600_000,
            "longest_active_ms": 600_000,
            "shortest_active_ms": 600_000,
        },
        "most_active_day": "Sunday",
        "most_active_hour": 12,
        "days": [{"date": "2026-11-22", "sessions": 2, "active_ms": 600_000}],
        "hours": [{"weekday": 6, "hour": 12, "sessions": 1}, {"weekday": 6, "hour": 13, "sessions": 1}],
    }
    assert figures(owner, "?year=2024&user_id=ann")["totals"]["active_ms"] == 1_800_000
    assert figures(owner, "?user_id=bob")["totals"]["average_active_ms"] is None


def test_where_there_never_was_one_there_are_no_years(owner: Person) -> None:
    found = figures(owner)
    assert (found["years"], found["days"], found["totals"]["longest_active_ms"]) == ([], [], None)


def test_the_list_is_narrowed_and_has_pages(owner: Person, olga: Timing) -> None:
    over = olga.told(("start", at(0)), ("pause", at(10)), ("end", at(30)))
    paused = olga.told(("start", at(-1_440)), ("pause", at(-1_430)), user="bob")
    assert [item["id"] for item in listed(owner)["data"]] == [over, paused]
    assert listed(owner)["data"][0] == {
        "id": over,
        "user_id": "ann",
        "visitor_id": "user:ann",
        "state": "ended",
        "started_at": "2026-11-22T12:00:00Z",
        "last_step_at": "2026-11-22T12:30:00Z",
        "ended_at": "2026-11-22T12:30:00Z",
        "duration_ms": 1_800_000,
        "active_ms": 600_000,
        "step_count": 3,
        "closed_by": None,
    }
    for query, id_ in (("date=2026-11-21", paused), ("status=ended", over), ("user_id=bob", paused)):
        assert [item["id"] for item in listed(owner, f"?{query}")["data"]] == [id_]
    second = listed(owner, "?per_page=1&page=2")
    assert [item["id"] for item in second["data"]] == [paused]
    assert second["meta"] == {"page": 2, "per_page": 1, "total": 2, "total_pages": 2}
    assert listed(owner, "?year=2025")["data"] == []


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("timed-sessions?year=1969", "year"),
        ("timed-sessions?year=9999", "year"),
        ("timed-sessions?year=x", "year"),
        ("timed-sessions?date=2026-02-30", "date"),
        ("timed-sessions?date=20260201", "date"),
        ("timed-sessions?status=lost", "status"),
        ("timed-sessions?user_id=all", "user_id"),
        ("timed-sessions?per_page=101", "per_page"),
        ("timed-sessions/figures?year=0", "year"),
        ("timed-sessions/figures?user_id=all", "user_id"),
    ],
)
def test_what_is_wrong_is_400_with_its_field(owner: Person, path: str, field: str) -> None:
    answer = owner.get(f"/projects/shop/{path}")
    assert error(answer)[:2] == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"]["field"] == field


def test_a_viewer_sees_nobody_in_particular(world: World, owner: Person, olga: Timing) -> None:
    olga.start()
    viewer = world.join(world.member("vera"), "shop", "viewer")
    (item,) = listed(viewer)["data"]
    assert (item["user_id"], item["visitor_id"]) == (None, None)
    assert figures(viewer)["totals"]["sessions"] == 1
    for path in ("timed-sessions?user_id=ann", "timed-sessions/figures?user_id=ann"):
        assert error(viewer.get(f"/projects/shop/{path}"))[0] == 403


@pytest.mark.parametrize("path", ["timed-sessions", "timed-sessions/figures"])
def test_others_and_nobody_do_not_get_in(world: World, owner: Person, path: str) -> None:
    assert error(world.member("mia").get(f"/projects/shop/{path}"))[0] == 404
    assert error(world.nobody.get(f"/projects/shop/{path}"))[0] == 401


def test_the_demo_fills_the_same_sessions_once(world: World, owner: Person) -> None:
    file, now = world.app.file, int(NOON.timestamp() * 1_000_000)
    shop = projects.by_ref(file, "shop")
    added = fill(file, shop, 1, 30, now)
    assert added > 50
    before = figures(owner)
    assert fill(file, shop, 1, 30, now) == 0
    assert figures(owner) == before
    world.app.timed.mirror.catch_up()
    assert owner.get("/projects/shop/overview?start_date=2026-10-01").json()["data"]["summary"]["sessions"] == added
