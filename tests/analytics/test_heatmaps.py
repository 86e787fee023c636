"""Heatmaps of a known handful of visits of /pricing, worked out by hand.

a1  Ann  desktop  1200x800  20th  2 clicks in the middle of #cta, 1 on .card; scrolled to 600 of 3000; 20 s
a2  Ann  desktop  1400x900  21st  1 click at the right of #cta, sent late; left after 4 s, 30 percent
b1  Bob  iPhone   390x664   20th  1 click on #cta without its place in it; an old sender: no `y`, only the depth
c1  Cy   desktop  1200x800  21st  5 clicks on .dead within a second, one of them dead; no end is known
g1  a bot                         clicks on #cta
d1  Dan  desktop  18th            a click, before the range
e1  Eve  desktop  20th  /docs     a click on another page
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.analytics.visits import DESKTOP, GOOGLEBOT, IPHONE, SITE, click, dead_click, send, view
from tests.world import Person, StoppedClock, World, error, noon, opened

DAYS = {"start_date": "2026-11-20", "end_date": "2026-11-21"}


def at(ts: str, selector: str, x: int, y: int, place: list[float] | None = None, **more: Any) -> dict[str, Any]:
    """A click as the SDK sends it: in the window, on the page, and in the element where that is told."""
    told = {"at": place, "size": [100, 40]} if place else {}
    target = {"tag": "button", "text": "Sign up", "selector": selector} | told
    return click(ts, "/pricing", selector, x=x, y=y % 800, page_x=x, page_y=y, target=target, **more)


def scroll(ts: str, **payload: Any) -> dict[str, Any]:
    return {"type": "scroll", "ts": ts, "url": SITE + "/pricing", "payload": payload}


def leave(ts: str, time_ms: int, depth: int) -> dict[str, Any]:
    told = {"time_on_page_ms": time_ms, "scroll_depth": depth}
    return {"type": "page_exit", "ts": ts, "url": SITE + "/pricing", "payload": told}


def moves(ts: str, *points: tuple[int, int, int]) -> dict[str, Any]:
    return {"type": "mouse_move", "ts": ts, "url": SITE + "/pricing", "payload": {"points": [list(p) for p in points]}}


ANN = [
    view("2026-11-20T10:00:00Z", "/pricing"),
    at("2026-11-20T10:00:01Z", "#cta", 450, 320, [0.5, 0.5], page_height=3000),
    at("2026-11-20T10:00:02Z", "#cta", 450, 320, [0.5, 0.5], page_height=3000),
    moves("2026-11-20T10:00:03Z", (0, 105, 205), (100, 107, 207), (200, 500, 100)),
    scroll("2026-11-20T10:00:04Z", y=600, depth_percent=47, page_height=3000, viewport_height=800),
    moves("2026-11-20T10:00:05Z", (0, 105, 205)),
    at("2026-11-20T10:00:06Z", ".card", 600, 900, [0.25, 0.75], page_height=3000),
    leave("2026-11-20T10:00:20Z", 20_000, 47),
]
BOB = [
    view("2026-11-20T23:00:00Z", "/pricing"),
    scroll("2026-11-20T23:00:10Z", depth_percent=50, page_height=5000, viewport_height=664),
    at("2026-11-20T23:00:12Z", "#cta", 200, 700, page_height=5000),
    leave("2026-11-20T23:00:30Z", 30_000, 50),
]
CY = [
    view("2026-11-21T12:00:00Z", "/pricing"),
    *(at(f"2026-11-21T12:00:01.{n}Z", ".dead", 801 + n, 100, [0.1, 0.1], page_height=3200) for n in range(5)),
    dead_click("2026-11-21T12:00:02Z", "/pricing", ".dead"),
]
LATE = [
    at("2026-11-21T18:00:02Z", "#cta", 560, 325, [0.9, 0.6], page_height=3100),
    leave("2026-11-21T18:00:04Z", 4_000, 30),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(tmp_path_factory.mktemp("heatmaps") / "data", StoppedClock(noon())) as world:
        yield world


@pytest.fixture(scope="module")
def owner(world: World) -> Person:
    person = world.member("olga")
    world.project(person)
    key = world.key(person, "shop", "write")
    send(world, key, "ann", "a1", DESKTOP, ANN, viewport="1200x800")
    send(world, key, "ann", "a2", DESKTOP, [view("2026-11-21T18:00:00Z", "/pricing")], viewport="1400x900")
    send(world, key, "bob", "b1", IPHONE, BOB, viewport="390x664")
    send(world, key, "cy", "c1", DESKTOP, CY, viewport="1200x800")
    send(world, key, "robot", "g1", GOOGLEBOT, [view("2026-11-20T08:00:00Z", "/pricing"), ANN[1]], viewport="800x600")
    send(
        world,
        key,
        "dan",
        "d1",
        DESKTOP,
        [view("2026-11-18T08:00:00Z", "/pricing"), at("2026-11-18T08:00:01Z", "#cta", 1, 1)],
    )
    send(
        world,
        key,
        "eve",
        "e1",
        DESKTOP,
        [view("2026-11-20T08:00:00Z", "/docs"), click("2026-11-20T08:00:01Z", "/docs", "#toc")],
    )
    assert read(person)["total_clicks"] == 9
    send(world, key, "ann", "a2", DESKTOP, LATE, viewport="1400x900")
    return person


def read(person: Person, **query: Any) -> dict[str, Any]:
    answer = person.get("/projects/shop/heatmaps", params=DAYS | {"path": "/pricing"} | query)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"success", "data"}
    found: dict[str, Any] = answer.json()["data"]
    return found


def spots(found: dict[str, Any]) -> list[tuple[int, int, int, str]]:
    return [(spot["x"], spot["y"], spot["count"], spot["selector"]) for spot in found["click_map"]]


def test_the_page_and_its_visits(owner: Person) -> None:
    """Windows are 390, 1200, 1200, 1400 wide; pages 3000 (3 times), 3100, 3200 (5), 5000 high."""
    found = read(owner)
    assert (found["path"], found["total_sessions"], found["total_clicks"]) == ("/pricing", 4, 10)
    assert found["viewport"] == {"width": 1200, "height": 800}
    assert found["page_height"] == 3200


def test_only_clicks_are_drawn_each_where_it_was(owner: Person) -> None:
    """Clicks of 10 px are one spot at their middle; the dead click is about a click that is counted."""
    assert spots(read(owner)) == [
        (803, 100, 5, ".dead"),
        (450, 320, 2, "#cta"),
        (560, 325, 1, "#cta"),
        (200, 700, 1, "#cta"),
        (600, 900, 1, ".card"),
    ]


def test_clicks_by_element_and_where_in_it(owner: Person) -> None:
    """Bob's click on #cta did not tell where in it."""
    elements = read(owner)["elements"]
    assert [
        (element["selector"], element["clicks"], element["rage_clicks"], element["dead_clicks"]) for element in elements
    ] == [(".dead", 5, 1, 1), ("#cta", 4, 0, 0), (".card", 1, 0, 0)]
    cta = elements[1]
    assert (cta["tag"], cta["text"], cta["x"], cta["y"]) == ("button", "Sign up", 415, 416)
    assert cta["offsets"] == [{"x": 0.5, "y": 0.5, "count": 2}, {"x": 0.9, "y": 0.6, "count": 1}]
    assert elements[2]["offsets"] == [{"x": 0.25, "y": 0.75, "count": 1}]


def test_how_far_they_scrolled(owner: Person) -> None:
    """47, 30 and 50 percent; of Cy nobody knows."""
    found = read(owner)
    assert found["scroll_sessions"] == 3
    assert found["scroll_map"] == [
        {"depth_percent": 25, "reached_count": 3},
        {"depth_percent": 50, "reached_count": 1},
        {"depth_percent": 75, "reached_count": 0},
        {"depth_percent": 100, "reached_count": 0},
    ]
    assert [step["reached_count"] for step in found["scroll_steps"]] == [3] * 6 + [2] * 3 + [1] + [0] * 10
    assert [step["depth_percent"] for step in found["scroll_steps"]] == list(range(5, 101, 5))


def test_what_was_in_the_window_and_how_long(owner: Person) -> None:
    """Bands of 100 px (an eighth of 800) down to 3200. In milliseconds:
    Ann  4,000 at 0..800, then 16,000 at 600..1400    Ann  4,000 at 0..900
    Bob 10,000 at 0..664, then 20,000 at 1836..2500 (to half of 5000)    Cy: unknown, but a visit
    """
    bands = read(owner)["attention_map"]
    assert [band["y_start"] for band in bands] == list(range(0, 3200, 100))
    assert [band["y_end"] for band in bands] == list(range(100, 3201, 100))
    seen = [0] * 32
    for first, last, ms in ((0, 8, 4_000), (6, 14, 16_000), (0, 9, 4_000), (0, 7, 10_000), (18, 25, 20_000)):
        for band in range(first, last):
            seen[band] += ms
    assert [band["avg_time_ms"] for band in bands] == [ms // 4 for ms in seen]


def test_nobody_looks_at_one_place_for_longer_than_a_minute(owner: Person, world: World) -> None:
    world.project(owner, "idle")
    visit = [view("2026-11-20T10:00:00Z", "/pricing"), leave("2026-11-20T11:00:00Z", 3_600_000, 10)]
    send(world, world.key(owner, "idle", "write"), "v", "s", DESKTOP, visit, viewport="1200x800")
    found = owner.get("/projects/idle/heatmaps", params=DAYS | {"path": "/pricing"}).json()["data"]
    assert {band["avg_time_ms"] for band in found["attention_map"]} == {60_000}


def test_where_cursors_were(owner: Person) -> None:
    """Cells of 20 px; after the scrolling the same place in the window is 600 px further down the page."""
    found = read(owner, type="move")
    assert found["move_map"] == [
        {"x": 106, "y": 206, "count": 2},
        {"x": 500, "y": 100, "count": 1},
        {"x": 105, "y": 805, "count": 1},
    ]


def test_a_type_asks_for_one_map(owner: Person) -> None:
    maps = ("click_map", "elements", "scroll_map", "scroll_steps", "attention_map", "move_map")
    filled = {
        kind: {name for name in maps if read(owner, **query)[name]}
        for kind, query in [(kind, {"type": kind}) for kind in ("click", "scroll", "attention", "move")]
        + [("none", {})]
    }
    assert filled == {
        "click": {"click_map", "elements"},
        "scroll": {"scroll_map", "scroll_steps"},
        "attention": {"attention_map"},
        "move": {"move_map"},
        "none": set(maps) - {"move_map"},
    }


@pytest.mark.parametrize(
    ("query", "sessions", "clicks"),
    [
        ({"device_type": "desktop"}, 3, 9),
        ({"device_type": "mobile"}, 1, 1),
        ({"device_type": "tablet"}, 0, 0),
        ({"start_date": "2026-11-21"}, 2, 6),
        ({"end_date": "2026-11-20"}, 2, 4),
        ({"timezone": "Asia/Tokyo"}, 3, 9),
        ({"timezone": "Asia/Tokyo", "end_date": "2026-11-20"}, 1, 3),
        ({"bots": "true"}, 5, 11),
        ({"browser": "Safari"}, 1, 1),
        ({"start_date": "2026-11-18", "end_date": "2026-11-19"}, 1, 1),
        ({"path": "/docs"}, 1, 1),
        ({"path": "/nowhere"}, 0, 0),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else "",
)
def test_filters(owner: Person, query: dict[str, str], sessions: int, clicks: int) -> None:
    """In Tokyo the 21st ends at 15:00 UTC, and Bob came on the 21st."""
    found = read(owner, **query)
    assert (found["total_sessions"], found["total_clicks"]) == (sessions, clicks)
    assert sum(spot["count"] for spot in found["click_map"]) == clicks


def test_a_phone_has_its_own_window_and_page(owner: Person) -> None:
    found = read(owner, device_type="mobile")
    assert (found["viewport"], found["page_height"]) == ({"width": 390, "height": 664}, 5000)


def test_nobody_was_there(owner: Person) -> None:
    found = read(owner, path="/nowhere")
    assert (found["viewport"], found["page_height"]) == ({"width": None, "height": None}, None)
    assert found["click_map"] == found["elements"] == []
    assert {step["reached_count"] for step in found["scroll_map"]} == {0}


def test_a_range_without_sessions(owner: Person) -> None:
    found = read(owner, start_date="2020-01-01", end_date="2020-01-02")
    assert (found["total_sessions"], found["total_clicks"], found["attention_map"]) == (0, 0, [])
    assert (
        owner.get(
            "/projects/shop/heatmaps/pages", params={"start_date": "2020-01-01", "end_date": "2020-01-02"}
        ).json()["data"]
        == []
    )


def test_pages_that_were_clicked(owner: Person) -> None:
    answer = owner.get("/projects/shop/heatmaps/pages", params=DAYS).json()
    assert answer["data"] == [{"path": "/pricing", "clicks": 10}, {"path": "/docs", "clicks": 1}]
    assert answer["meta"] == {"page": 1, "per_page": 50, "total": 2, "total_pages": 1}
    found = owner.get("/projects/shop/heatmaps/pages", params=DAYS | {"search": "DOC"}).json()["data"]
    assert [page["path"] for page in found] == ["/docs"]
    second = owner.get("/projects/shop/heatmaps/pages", params=DAYS | {"per_page": 1, "page": 2}).json()
    assert (second["data"], second["meta"]["total"]) == ([{"path": "/docs", "clicks": 1}], 2)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"x": 10, "y": 20},
        {"page_x": "a", "page_y": None, "target": 5},
        {"page_x": 1e300, "page_y": 1, "target": {"selector": 5, "at": "x", "text": {"a": 1}}},
        {"page_x": -1e7, "page_y": 1, "target": {"selector": "#a", "at": [2, -1]}},
        {"page_x": "nan", "page_y": "nan", "page_height": "inf", "target": {"at": [None, 1]}},
        {"x": 1, "y": 2, "page_height": -5, "target": {"selector": "s" * 5_000, "at": [0.5]}},
        {"x": True, "y": [], "target": [1]},
    ],
    ids=["nothing", "in the window", "no numbers", "too far", "outside", "not a number", "too long", "no place"],
)
def test_clicks_of_other_clients_are_taken_as_far_as_they_go(
    owner: Person, world: World, payload: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    project = "odd-" + request.node.callspec.id.replace(" ", "-")
    world.project(owner, project)
    odd = {"type": "click", "ts": "2026-11-20T10:00:00Z", "url": SITE + "/pricing", "payload": payload}
    told = {"type": "scroll", "ts": "2026-11-20T10:00:01Z", "url": SITE + "/pricing", "payload": payload}
    move = {
        "type": "mouse_move",
        "ts": "2026-11-20T10:00:02Z",
        "url": SITE + "/pricing",
        "payload": {"points": [payload, [1, "a", 2], 5, [0, 1, 2]]},
    }
    send(world, world.key(owner, project, "write"), "v", "s", DESKTOP, [odd, told, move])
    found = {
        kind: owner.get(f"/projects/{project}/heatmaps", params=DAYS | {"path": "/pricing", "type": kind})
        for kind in ("click", "scroll", "attention", "move")
    }
    assert {answer.status_code for answer in found.values()} == {200}
    clicks = found["click"].json()["data"]
    assert (clicks["total_sessions"], clicks["total_clicks"]) == (1, 1)
    expected = [(payload["x"], payload["y"])] if isinstance(payload.get("x"), int) and payload["x"] is not True else []
    assert [(spot["x"], spot["y"]) for spot in clicks["click_map"]] == expected
    assert [spot["count"] for spot in found["move"].json()["data"]["move_map"]] == [1]


def test_answers_are_bounded(owner: Person, world: World) -> None:
    world.project(owner, "busy")
    key = world.key(owner, "busy", "write")
    for batch in range(6):
        many = [
            click("2026-11-20T10:00:00Z", "/pricing", f"#e{n % 150}", page_x=n * 11 % 30_000, page_y=n // 40 * 11)
            for n in range(batch * 500, batch * 500 + 500)
        ]
        send(world, key, "v", f"s{batch}", DESKTOP, many)
    found = owner.get("/projects/busy/heatmaps", params=DAYS | {"path": "/pricing"}).json()["data"]
    assert (found["total_clicks"], len(found["click_map"])) == (3_000, 2_000)
    assert 100 <= len(found["elements"]) <= 200


def test_a_viewer_sees_them(owner: Person, world: World) -> None:
    viewer = world.join(world.member("vic"), "shop", "viewer")
    assert read(viewer) == read(owner)
    assert viewer.get("/projects/shop/heatmaps/pages", params=DAYS).status_code == 200


def test_another_project_is_not_there(owner: Person, world: World) -> None:
    stranger = world.member("sam")
    world.project(stranger, "other")
    for path in ("/projects/shop/heatmaps?path=/pricing", "/projects/shop/heatmaps/pages"):
        assert error(stranger.get(path))[:2] == (404, "NOT_FOUND")
        assert error(world.nobody.get(path))[:2] == (401, "UNAUTHORIZED")
