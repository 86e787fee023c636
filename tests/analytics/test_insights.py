"""Signals of a known handful of visits, worked out by hand.

a1  Ann  desktop  20th 10:00     /      6 clicks on #buy, the last of which came late
b1  Bob  iPhone   20th 23:59:50  /shop  a dead click on .card at 00:00:05 of the 21st: the session's day is the 20th
c1  Cy   Android  21st 12:00     /shop  an error 400 ms after a click on #pay; then 7 clicks on #buy of /
d1  Dan  desktop  21st 15:00     /docs  a thrashed cursor
g1  a bot         20th 11:00     /      a dead click
p1  Ann  desktop  18th 09:00     /      5 clicks on #buy (the span before)
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.analytics.visits import (
    ANDROID,
    DESKTOP,
    GOOGLEBOT,
    IPHONE,
    click,
    dead_click,
    failure,
    rage,
    send,
    thrash,
    view,
)
from tests.world import Person, StoppedClock, World, error, noon, opened

DAYS = {"start_date": "2026-11-20", "end_date": "2026-11-21"}
VISITS: list[tuple[str, str, str, list[Any]]] = [
    ("ann", "a1", DESKTOP, [view("2026-11-20T10:00:00Z", "/"), *rage("2026-11-20T10:00", "/", "#buy", 5)]),
    (
        "bob",
        "b1",
        IPHONE,
        [view("2026-11-20T23:59:50Z", "/shop"), dead_click("2026-11-21T00:00:05Z", "/shop", ".card")],
    ),
    (
        "cy",
        "c1",
        ANDROID,
        [
            view("2026-11-21T12:00:00Z", "/shop"),
            click("2026-11-21T12:00:05Z", "/shop", "#pay"),
            failure("2026-11-21T12:00:05.400Z", "/shop", "x is undefined"),
            view("2026-11-21T12:01:00Z", "/"),
            *rage("2026-11-21T12:01", "/", "#buy", 7),
        ],
    ),
    ("dan", "d1", DESKTOP, [view("2026-11-21T15:00:00Z", "/docs"), thrash("2026-11-21T15:00:02Z", "/docs")]),
    ("robot", "g1", GOOGLEBOT, [view("2026-11-20T11:00:00Z", "/"), dead_click("2026-11-20T11:00:01Z", "/", "#x")]),
    ("ann", "p1", DESKTOP, [view("2026-11-18T09:00:00Z", "/"), *rage("2026-11-18T09:00", "/", "#buy", 5)]),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(tmp_path_factory.mktemp("insights") / "data", StoppedClock(noon())) as world:
        yield world


@pytest.fixture(scope="module")
def owner(world: World) -> Person:
    person = world.member("olga")
    world.project(person)
    key = world.key(person, "shop", "write")
    for visitor, session, agent, events in VISITS:
        send(world, key, visitor, session, agent, events)
    early = read(person)["insights"][-1]
    assert early["details"]["click_count"] == 5
    send(world, key, "ann", "a1", DESKTOP, [click("2026-11-20T10:00:11Z", "/", "#buy")])
    assert read(person)["insights"][-1]["id"] == early["id"], "a run that grows stays the same insight"
    return person


def read(person: Person, **query: Any) -> dict[str, Any]:
    answer = person.get("/projects/shop/insights", params=DAYS | query)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"success", "data", "meta"}
    found: dict[str, Any] = answer.json()["data"]
    return found


def seen(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(insight["session_id"], insight["type"]) for insight in found["insights"]]


ALL = [
    ("d1", "thrashed_cursor"),
    ("c1", "rage_click"),
    ("c1", "error_click"),
    ("b1", "dead_click"),
    ("a1", "rage_click"),
]


def test_counts_and_their_changes(owner: Person) -> None:
    assert read(owner)["summary"] == {
        "rage_clicks": 2,
        "rage_clicks_change": 100.0,
        "dead_clicks": 1,
        "dead_clicks_change": None,
        "error_clicks": 1,
        "error_clicks_change": None,
        "thrashed_cursors": 1,
        "thrashed_cursors_change": None,
    }


def test_counts_are_those_of_the_overview(owner: Person) -> None:
    overview = owner.get("/projects/shop/overview", params=DAYS).json()["data"]["insights"]
    summary = read(owner)["summary"]
    assert summary == {name: overview[name] for name in summary}


def test_over_time_by_the_days_of_the_sessions(owner: Person) -> None:
    assert read(owner)["over_time"] == [
        {"date": "2026-11-20", "rage_clicks": 1, "dead_clicks": 1, "error_clicks": 0, "thrashed_cursors": 0},
        {"date": "2026-11-21", "rage_clicks": 1, "dead_clicks": 0, "error_clicks": 1, "thrashed_cursors": 1},
    ]
    assert [(day["date"], day["rage_clicks"]) for day in read(owner)["over_time_previous"]] == [
        ("2026-11-18", 1),
        ("2026-11-19", 0),
    ]
    hours = read(owner, interval="hour")["over_time"]
    assert len(hours) == 48
    assert [hour["date"] for hour in hours if hour["dead_clicks"]] == ["2026-11-20T23:00"]


def test_the_list_is_what_the_contract_says(owner: Person) -> None:
    insights = read(owner)["insights"]
    assert seen({"insights": insights}) == ALL
    assert insights[1]["id"].startswith("insight_")
    assert {name: value for name, value in insights[1].items() if name != "id"} == {
        "type": "rage_click",
        "timestamp": "2026-11-21T12:01:10Z",
        "session_id": "c1",
        "visitor_id": "cy",
        "url": "https://example.com/",
        "path": "/",
        "target_selector": "#buy",
        "details": {"click_count": 7, "time_window_ms": 1_200},
        "has_replay": False,
    }
    assert [insight["details"] for insight in insights] == [
        {"turns": 10, "time_window_ms": 900, "speed_px_per_s": 1000},
        {"click_count": 7, "time_window_ms": 1_200},
        {"error_count": 1, "delay_ms": 400, "message": "x is undefined"},
        {},
        {"click_count": 6, "time_window_ms": 1_000},
    ]
    assert insights[0]["target_selector"] is None


def test_hotspots(owner: Person) -> None:
    buy = {"path": "/", "selector": "#buy", "rage_click_count": 2, "dead_click_count": 0}
    pay = {"path": "/shop", "selector": "#pay", "rage_click_count": 0, "dead_click_count": 0}
    card = {"path": "/shop", "selector": ".card", "rage_click_count": 0, "dead_click_count": 1}
    assert read(owner)["hotspots"] == [
        buy | {"error_click_count": 0, "session_count": 2},
        pay | {"error_click_count": 1, "session_count": 1},
        card | {"error_click_count": 0, "session_count": 1},
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"type": "rage_click"}, ["c1", "a1"]),
        ({"type": "thrashed_cursor"}, ["d1"]),
        ({"path": "/shop"}, ["c1", "b1"]),
        ({"path": "/"}, ["c1", "a1"]),
        ({"path": "/", "type": "dead_click"}, []),
        ({"device_type": "mobile"}, ["c1", "c1", "b1"]),
        ({"browser": "Safari"}, ["b1"]),
        ({"bots": "true", "type": "dead_click"}, ["b1", "g1"]),
        ({"start_date": "2026-11-21"}, ["d1", "c1", "c1"]),
        ({"timezone": "Asia/Tokyo"}, ["c1", "c1", "b1", "a1"]),
        ({"timezone": "Asia/Tokyo", "end_date": "2026-11-20"}, ["a1"]),
        ({"timezone": "America/New_York", "start_date": "2026-11-20", "end_date": "2026-11-20"}, ["b1", "a1"]),
        ({"start_date": "2026-11-18", "end_date": "2026-11-19"}, ["p1"]),
        ({"country": "ZZ"}, []),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else "",
)
def test_filters(owner: Person, query: dict[str, str], expected: list[str]) -> None:
    assert [session for session, _ in seen(read(owner, **query))] == expected


def test_a_type_chooses_among_list_and_hotspots_but_counts_stay(owner: Person) -> None:
    found = read(owner, type="dead_click")
    assert found["summary"] == read(owner)["summary"]
    assert [spot["selector"] for spot in found["hotspots"]] == [".card"]


def test_a_path_is_that_of_the_signals_themselves(owner: Person) -> None:
    """Cy saw /shop as well, but did not rage there."""
    assert read(owner, path="/shop")["summary"]["rage_clicks"] == 0


def test_pages_never_overlap(owner: Person) -> None:
    asked = [owner.get("/projects/shop/insights", params=DAYS | {"per_page": 2, "page": page}) for page in (1, 2, 3, 4)]
    assert [answer.json()["meta"] for answer in asked] == [
        {"page": page, "per_page": 2, "total": 5, "total_pages": 3} for page in (1, 2, 3, 4)
    ]
    assert [one for answer in asked for one in seen(answer.json()["data"])] == ALL


def test_the_total_is_that_of_the_type(owner: Person) -> None:
    answer = owner.get("/projects/shop/insights", params=DAYS | {"type": "rage_click"})
    assert answer.json()["meta"]["total"] == 2


def test_each_one_opens_by_its_id(owner: Person) -> None:
    for insight in read(owner, bots="true")["insights"]:
        answer = owner.get(f"/projects/shop/insights/{insight['id']}")
        assert answer.json() == {"success": True, "data": insight}


def test_two_of_one_moment_have_ids_of_their_own(owner: Person, world: World) -> None:
    world.project(owner, "twins")
    both = [dead_click("2026-11-21T10:00:00Z", "/", name) for name in ("#b", "#a")]
    send(world, world.key(owner, "twins", "write"), "v", "t1", DESKTOP, both)
    insights = owner.get("/projects/twins/insights", params=DAYS).json()["data"]["insights"]
    assert len({insight["id"] for insight in insights}) == 2
    for insight in insights:
        assert owner.get(f"/projects/twins/insights/{insight['id']}").json()["data"] == insight


@pytest.mark.parametrize(
    "odd",
    ["x", "insight_1_r", "insight_0_r0", "insight_1_x5", "insight_1_r1_0", "insight_" + "9" * 30 + "_r1", "%00"],
)
def test_an_id_that_is_none_is_404(owner: Person, odd: str) -> None:
    assert error(owner.get(f"/projects/shop/insights/{odd}"))[:2] == (404, "NOT_FOUND")


def test_nothing_happened(owner: Person, world: World) -> None:
    world.project(owner, "quiet")
    found = owner.get("/projects/quiet/insights").json()
    assert found["data"]["insights"] == found["data"]["hotspots"] == []
    assert len(found["data"]["over_time"]) == 7
    assert found["meta"] == {"page": 1, "per_page": 50, "total": 0, "total_pages": 0}


def test_a_viewer_sees_them(owner: Person, world: World) -> None:
    viewer = world.join(world.member("vic"), "shop", "viewer")
    assert seen(read(viewer)) == ALL
    assert error(viewer.get("/projects/shop/insights", params={"user_id": "u1"}))[:2] == (403, "FORBIDDEN")


def test_another_project_is_not_there(owner: Person, world: World) -> None:
    insight = read(owner)["insights"][0]["id"]
    stranger = world.member("sam")
    world.project(stranger, "other")
    for path in (
        "/projects/shop/insights",
        f"/projects/shop/insights/{insight}",
        f"/projects/other/insights/{insight}",
    ):
        assert error(stranger.get(path))[:2] == (404, "NOT_FOUND")
        assert error(world.nobody.get(path))[:2] == (401, "UNAUTHORIZED")
