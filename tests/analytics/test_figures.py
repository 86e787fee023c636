"""Every figure of a known handful of visits, worked out by hand.

Four visits on 20 and 21 November, two on the days before, and a bot:

    a1  Ann   desktop  google                 20th 10:00:00  /  (60 s, told)   /pricing 10:01:00, click 10:03:00
    b1  Bob   iPhone   direct                 20th 23:30:00  /  (3600 s)       /docs    00:30:00 of the 21st
    c1  Cy    Android  newsletter (campaign)  21st 12:00:00  /                 5 clicks within 2 s, error at 12:00:02.5
    a2  Ann   desktop  direct                 21st 18:00:00  /pricing          dead click; 9 s told by a late exit
    p1  Ann   18th 09:00:00     p2  Dan   19th 22:59:00     (the span before, one view each)
"""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.events.mmdb import write
from tests.world import Person, StoppedClock, World, noon, opened

DESKTOP = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
    "Mobile/15E148 Safari/604.1"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
)
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
SITE = "https://example.com"
UTM = "?utm_source=newsletter&utm_medium=email&utm_campaign=november"
numbers = count()
DAYS = {"start_date": "2026-11-20", "end_date": "2026-11-21"}


def view(ts: str, path: str, title: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "page_view", "ts": ts, "url": SITE + path, "payload": {"title": title}, **more}


def click(ts: str, path: str, x: int = 10) -> dict[str, Any]:
    target = {"tag": "button", "text": "Buy", "selector": "#buy"}
    return {"type": "click", "ts": ts, "url": SITE + path, "payload": {"x": x, "y": 20, "target": target}}


def leave(ts: str, path: str, time_ms: int, depth: int) -> dict[str, Any]:
    told = {"time_on_page_ms": time_ms, "scroll_depth": depth}
    return {"type": "page_exit", "ts": ts, "url": SITE + path, "payload": told}


BATCHES: list[tuple[str, str, str, str, list[dict[str, Any]]]] = [
    (
        "ann",
        "a1",
        DESKTOP,
        "203.0.113.10",
        [
            view("2026-11-20T10:00:00Z", "/", "Home", referrer="https://www.google.com/"),
            click("2026-11-20T10:00:30Z", "/"),
            leave("2026-11-20T10:01:00Z", "/", 60_000, 80),
            view("2026-11-20T10:01:00Z", "/pricing", "Pricing"),
            click("2026-11-20T10:03:00Z", "/pricing"),
        ],
    ),
    (
        "bob",
        "b1",
        IPHONE,
        "198.51.100.7",
        [view("2026-11-20T23:30:00Z", "/"), view("2026-11-21T00:30:00Z", "/docs")],
    ),
    (
        "cy",
        "c1",
        ANDROID,
        "198.51.100.8",
        [
            view("2026-11-21T12:00:00Z", "/" + UTM),
            *(click(f"2026-11-21T12:00:0{second}Z", "/") for second in ("0.4", "0.8", "1.2", "1.6", "2.0")),
            {
                "type": "js_error",
                "ts": "2026-11-21T12:00:02.500Z",
                "url": f"{SITE}/",
                "payload": {"message": "x is undefined"},
            },
        ],
    ),
    (
        "ann",
        "a2",
        DESKTOP,
        "203.0.113.10",
        [
            {"type": "identify", "ts": "2026-11-21T18:00:00Z", "payload": {"user_id": "u1", "traits": {"plan": "pro"}}},
            view("2026-11-21T18:00:00Z", "/pricing", "Pricing"),
            click("2026-11-21T18:00:05Z", "/pricing"),
            {"type": "dead_click", "ts": "2026-11-21T18:00:06Z", "url": f"{SITE}/pricing", "payload": {}},
        ],
    ),
    ("ann", "p1", DESKTOP, "203.0.113.10", [view("2026-11-18T09:00:00Z", "/")]),
    ("dan", "p2", DESKTOP, "192.0.2.1", [view("2026-11-19T22:59:00Z", "/")]),
    ("robot", "g1", GOOGLEBOT, "192.0.2.9", [view("2026-11-20T08:00:00Z", "/")]),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("figures")
    places: dict[str, dict[str, Any]] = {
        "203.0.113.0/24": {"country": {"iso_code": "DE"}, "city": {"names": {"en": "Berlin"}}},
        "198.51.100.0/24": {"country": {"iso_code": "US"}},
    }
    database = write(folder / "places.mmdb", places)
    with opened(
        folder / "data",
        StoppedClock(noon()),
        server__trusted_proxies=("203.0.113.250",),
        peer="203.0.113.250",
        geo__database=str(database),
    ) as world:
        yield world


@pytest.fixture(scope="module")
def owner(world: World) -> Person:
    """Olga, whose project has had all these visits; the end of Ann's second one came after a look at the figures."""
    person = world.member("olga")
    world.project(person)
    key = world.key(person, "shop", "write")
    for number, (visitor, session, agent, address, events) in enumerate(BATCHES):
        send(world, key, f"batch-{number}", visitor, session, agent, address, events)
    overview(person)
    late = [leave("2026-11-21T18:00:10Z", "/pricing", 9_000, 40)]
    send(world, key, "late", "ann", "a2", DESKTOP, "203.0.113.10", late)
    send(world, key, "late", "ann", "a2", DESKTOP, "203.0.113.10", late)
    return person


def send(
    world: World, key: Person, batch: str, visitor: str, session: str, agent: str, address: str, events: list[Any]
) -> None:
    body = {"batch_id": batch, "visitor_id": visitor, "session_id": session, "events": events}
    headers = key.headers | {"User-Agent": agent, "X-Forwarded-For": address}
    answer = world.client.post("/v1/events", json=body, headers=headers)
    assert answer.json() == {"success": True, "data": {"accepted": len(events), "rejected": 0, "errors": []}}


def overview(person: Person, **query: str) -> dict[str, Any]:
    answer = person.get("/projects/shop/overview", params=DAYS | query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def sessions(person: Person, **query: str) -> list[str]:
    answer = person.get("/projects/shop/sessions", params=DAYS | query)
    assert answer.status_code == 200, answer.text
    assert answer.json()["meta"]["total"] == len(answer.json()["data"])
    return [session["id"] for session in answer.json()["data"]]


def test_headline_figures_and_their_changes(owner: Person) -> None:
    found = overview(owner)
    assert found["period"] == {"start": "2026-11-20", "end": "2026-11-21", "timezone": "UTC", "interval": "day"}
    assert found["previous_period"] == {"start": "2026-11-18", "end": "2026-11-19"}
    assert found["summary"] == {
        "sessions": 4,
        "sessions_change": 100.0,
        "users": 3,
        "users_change": 50.0,
        "pageviews": 6,
        "pageviews_change": 200.0,
        "events": 19,
        "events_change": 850.0,
        "avg_session_duration": (180 + 3600 + 2.5 + 10) / 4,
        "avg_session_duration_change": None,
        "bounce_rate": 50.0,
        "bounce_rate_change": -50.0,
        "pages_per_session": 1.5,
        "pages_per_session_change": 50.0,
    }


def test_charts(owner: Person) -> None:
    charts = overview(owner, series="users")["charts"]
    assert charts["sessions_over_time"] == [{"date": "2026-11-20", "value": 2}, {"date": "2026-11-21", "value": 2}]
    assert charts["sessions_over_time_previous"] == [
        {"date": "2026-11-18", "value": 1},
        {"date": "2026-11-19", "value": 1},
    ]
    assert [point["value"] for point in charts["pageviews_over_time"]] == [4, 2]
    assert [point["value"] for point in charts["users_over_time"]] == [2, 2]
    assert charts["top_pages"] == [
        {"path": "/", "views": 3, "avg_time": 1830.0, "change": 50.0},
        {"path": "/pricing", "views": 2, "avg_time": 9.0, "change": None},
        {"path": "/docs", "views": 1, "avg_time": None, "change": None},
    ]
    assert charts["top_referrers"] == [
        {"source": "direct", "sessions": 2, "change": 0.0},
        {"source": "google", "sessions": 1, "change": None},
        {"source": "newsletter", "sessions": 1, "change": None},
    ]
    assert charts["devices"] == {"desktop": 50.0, "mobile": 50.0, "tablet": 0.0}
    assert [(row["country"], row["sessions"]) for row in charts["countries"]] == [("DE", 2), ("US", 2)]
    assert [(row["browser"], row["sessions"]) for row in charts["browsers"]] == [("Chrome", 3), ("Safari", 1)]
    assert [(row["os"], row["sessions"]) for row in charts["os"]] == [("Windows", 2), ("Android", 1), ("iOS", 1)]
    assert [(row["utm_campaign"], row["sessions"]) for row in charts["utm_campaigns"]] == [("november", 1)]
    assert [(row["path"], row["sessions"]) for row in charts["entry_pages"]] == [("/", 3), ("/pricing", 1)]
    assert [(row["path"], row["sessions"]) for row in charts["exit_pages"]] == [("/pricing", 2), ("/", 1), ("/docs", 1)]


def test_signals_are_counted(owner: Person) -> None:
    insights = overview(owner)["insights"]
    assert {name: value for name, value in insights.items() if not name.endswith("_change")} == {
        "rage_clicks": 1,
        "dead_clicks": 1,
        "error_clicks": 1,
        "thrashed_cursors": 0,
        "error_sessions": 1,
        "frustrated_sessions": 2,
    }


def test_a_day_is_a_day_of_the_time_zone_asked_for(owner: Person) -> None:
    found = overview(owner, timezone="Europe/Berlin")
    assert found["summary"]["sessions"] == 4
    assert [point["value"] for point in found["charts"]["sessions_over_time"]] == [1, 3]
    assert [point["value"] for point in found["charts"]["sessions_over_time_previous"]] == [1, 1]
    west = overview(owner, timezone="America/Los_Angeles")
    assert [point["value"] for point in west["charts"]["sessions_over_time"]] == [2, 2]
    assert [point["value"] for point in west["charts"]["sessions_over_time_previous"]] == [1, 1]


def test_hours(owner: Person) -> None:
    points = overview(owner, interval="hour")["charts"]["sessions_over_time"]
    assert len(points) == 48
    busy = {point["date"]: point["value"] for point in points if point["value"]}
    assert busy == {"2026-11-20T10:00": 1, "2026-11-20T23:00": 1, "2026-11-21T12:00": 1, "2026-11-21T18:00": 1}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"country": "de"}, {"sessions": 2, "users": 1, "pageviews": 3}),
        ({"browser": "Safari"}, {"sessions": 1, "users": 1, "pageviews": 2}),
        ({"os": "Android"}, {"sessions": 1, "users": 1, "pageviews": 1}),
        ({"device_type": "desktop"}, {"sessions": 2, "users": 1, "pageviews": 3}),
        ({"referrer": "google"}, {"sessions": 1, "users": 1, "pageviews": 2}),
        ({"utm_medium": "email"}, {"sessions": 1, "users": 1, "pageviews": 1}),
        ({"path": "/"}, {"sessions": 3, "users": 3, "pageviews": 3}),
        ({"path": "/pricing", "device_type": "desktop"}, {"sessions": 2, "users": 1, "pageviews": 2}),
        ({"user_id": "u1"}, {"sessions": 1, "users": 1, "pageviews": 1}),
        ({"country": "US", "browser": "Firefox"}, {"sessions": 0, "users": 0, "pageviews": 0}),
        ({"bots": "true"}, {"sessions": 5, "users": 4, "pageviews": 7}),
    ],
    ids=str,
)
def test_filters_select_sessions(owner: Person, query: dict[str, str], expected: dict[str, int]) -> None:
    found = overview(owner, **query)
    assert {name: found["summary"][name] for name in expected} == expected
    if "path" in query:
        assert [page["path"] for page in found["charts"]["top_pages"]] == [query["path"]]


def test_nobody_came(owner: Person) -> None:
    found = overview(owner, start_date="2026-01-01", end_date="2026-01-03")
    assert found["summary"]["sessions"] == 0
    assert found["summary"]["bounce_rate"] is None
    assert found["summary"]["avg_session_duration"] is None
    assert found["summary"]["sessions_change"] is None
    assert [point["value"] for point in found["charts"]["pageviews_over_time"]] == [0, 0, 0]
    assert found["charts"]["top_pages"] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["a2", "c1", "b1", "a1"]),
        ({"order": "asc"}, ["a1", "b1", "c1", "a2"]),
        ({"sort": "duration"}, ["b1", "a1", "a2", "c1"]),
        ({"sort": "events", "order": "asc"}, ["b1", "a1", "a2", "c1"]),
        ({"has_error": "true"}, ["c1"]),
        ({"has_error": "false"}, ["a2", "b1", "a1"]),
        ({"has_rage_click": "true"}, ["c1"]),
        ({"has_dead_click": "true"}, ["a2"]),
        ({"has_replay": "true"}, []),
        ({"has_replay": "false"}, ["a2", "c1", "b1", "a1"]),
        ({"is_frustrated": "true"}, ["a2", "c1"]),
        ({"min_duration": "10"}, ["a2", "b1", "a1"]),
        ({"min_duration": "10", "max_duration": "180"}, ["a2", "a1"]),
        ({"path": "/pricing"}, ["a2", "a1"]),
        ({"visitor_id": "ann"}, ["a2", "a1"]),
        ({"user_id": "u1"}, ["a2"]),
        ({"device_type": "mobile", "country": "US", "sort": "started_at"}, ["c1", "b1"]),
        ({"bots": "true", "browser": "Googlebot"}, ["g1"]),
    ],
    ids=str,
)
def test_lists_of_sessions(owner: Person, query: dict[str, str], expected: list[str]) -> None:
    assert sessions(owner, **query) == expected


def test_pages_of_a_list_do_not_overlap(owner: Person) -> None:
    seen = []
    for page in ("1", "2", "3"):
        answer = owner.get("/projects/shop/sessions", params=DAYS | {"per_page": "2", "page": page}).json()
        assert answer["meta"] == {"page": int(page), "per_page": 2, "total": 4, "total_pages": 2}
        seen += [session["id"] for session in answer["data"]]
    assert seen == ["a2", "c1", "b1", "a1"]


def test_a_session_in_a_list(owner: Person) -> None:
    [found] = owner.get("/projects/shop/sessions", params=DAYS | {"user_id": "u1"}).json()["data"]
    assert found["id"] == "a2"
    assert found["user_id"] == "u1"
    assert found["started_at"] == "2026-11-21T18:00:00Z"
    assert found["ended_at"] == "2026-11-21T18:00:10Z"
    assert found["duration_ms"] == 10_000
    assert (found["entry_url"], found["exit_url"]) == (f"{SITE}/pricing", f"{SITE}/pricing")
    assert (found["page_count"], found["event_count"]) == (1, 5)
    assert (found["has_error"], found["has_rage_click"], found["has_dead_click"]) == (False, False, True)
    assert found["has_replay"] is False
    assert found["device"]["browser"] == "Chrome"
    assert found["device"]["device_type"] == "desktop"
    assert found["location"] == {"country": "DE", "city": "Berlin"}


def test_one_session(owner: Person) -> None:
    found = owner.get("/projects/shop/sessions/c1").json()["data"]
    assert found["pages"] == [
        {
            "url": f"{SITE}/{UTM}",
            "path": "/",
            "title": "",
            "entered_at": "2026-11-21T12:00:00Z",
            "time_on_page_ms": None,
            "scroll_depth": None,
        }
    ]
    assert found["utm"] == {"source": "newsletter", "medium": "email", "campaign": "november"}
    assert found["stats"] == {
        "event_count": 7,
        "click_count": 5,
        "error_count": 1,
        "rage_click_count": 1,
        "dead_click_count": 0,
        "error_click_count": 1,
        "thrashed_cursor_count": 0,
    }
    assert found["insights"] == [
        {"type": "rage_click", "timestamp": "2026-11-21T12:00:00.400Z", "url": "/", "target": "#buy"},
        {"type": "error_click", "timestamp": "2026-11-21T12:00:02Z", "url": "/", "target": "#buy"},
    ]
    assert found["location"] == {"country": "US", "country_code": "US", "region": None, "city": None}
    assert found["user"] is None


def test_pages_of_a_session_end_where_they_tell_or_where_the_next_begins(owner: Person) -> None:
    first = owner.get("/projects/shop/sessions/a1").json()["data"]["pages"]
    assert [(page["path"], page["time_on_page_ms"], page["scroll_depth"]) for page in first] == [
        ("/", 60_000, 80.0),
        ("/pricing", None, None),
    ]
    over_midnight = owner.get("/projects/shop/sessions/b1").json()["data"]
    assert [page["time_on_page_ms"] for page in over_midnight["pages"]] == [3_600_000, None]
    assert over_midnight["duration_ms"] == 3_600_000


def test_a_late_event_changes_its_session_and_counts_once(owner: Person) -> None:
    found = owner.get("/projects/shop/sessions/a2").json()["data"]
    assert found["pages"][0]["time_on_page_ms"] == 9_000
    assert found["stats"]["event_count"] == 5
    assert found["user"] == {"id": "u1", "traits": {"plan": "pro"}}


def test_events_of_a_session_in_order_by_type_and_page(owner: Person) -> None:
    answer = owner.get("/projects/shop/sessions/a1/events").json()
    assert [event["type"] for event in answer["data"]] == ["page_view", "click", "page_exit", "page_view", "click"]
    assert answer["data"][0]["payload"] == {"referrer": "https://www.google.com/", "title": "Home"}
    assert answer["meta"]["total"] == 5
    clicks = owner.get(
        "/projects/shop/sessions/a1/events", params={"event_types": "click", "per_page": "1", "page": "2"}
    ).json()
    assert [event["timestamp"] for event in clicks["data"]] == ["2026-11-20T10:03:00Z"]
    assert clicks["meta"] == {"page": 2, "per_page": 1, "total": 2, "total_pages": 2}


def test_a_visitor_and_everything_they_did(owner: Person) -> None:
    found = owner.get("/projects/shop/visitors/ann").json()["data"]
    assert found["user"] == {"id": "u1", "traits": {"plan": "pro"}}
    assert (found["sessions"], found["pageviews"], found["events"]) == (3, 4, 11)
    assert (found["first_seen"], found["last_seen"]) == ("2026-11-18T09:00:00Z", "2026-11-21T18:00:10Z")
    timeline = owner.get("/projects/shop/visitors/ann/timeline", params={"per_page": "3"}).json()
    assert [(item["type"], item["session_id"]) for item in timeline["data"]] == [
        ("page_exit", "a2"),
        ("dead_click", "a2"),
        ("click", "a2"),
    ]
    assert timeline["meta"]["total"] == 11


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("path", [("/", 3, 3), ("/pricing", 2, 2), ("/docs", 1, 1)]),
        ("referrer", [("direct", 2, 3), ("google", 1, 2), ("newsletter", 1, 1)]),
        ("country", [("DE", 2, 3), ("US", 2, 3)]),
        ("user_id", [("u1", 1, 1)]),
        ("exit_path", [("/pricing", 2, 3), ("/", 1, 1), ("/docs", 1, 2)]),
    ],
)
def test_breakdowns(owner: Person, by: str, expected: list[tuple[str, int, int]]) -> None:
    answer = owner.get("/projects/shop/breakdown", params=DAYS | {"by": by}).json()
    assert [(row["value"], row["sessions"], row["pageviews"]) for row in answer["data"]] == expected
    assert answer["meta"]["total"] == len(expected)


def test_a_viewer_sees_figures_but_nobody(world: World, owner: Person) -> None:
    viewer = world.join(world.member("vera"), "shop", "viewer")
    assert overview(viewer)["summary"] == overview(owner)["summary"]
    listed = viewer.get("/projects/shop/sessions", params=DAYS).json()["data"]
    assert {(session["user_id"], session["location"]["city"]) for session in listed} == {(None, None)}
    detail = viewer.get("/projects/shop/sessions/a2").json()["data"]
    assert detail["user"] is None
    assert detail["user_id"] is None
    said = viewer.get("/projects/shop/sessions/a2/events", params={"event_types": "identify"}).json()["data"]
    assert [event["payload"] for event in said] == [{}]
    for path in ("visitors/ann", "visitors/ann/timeline", "breakdown?by=user_id", "sessions?user_id=u1"):
        assert viewer.get(f"/projects/shop/{path}").status_code == 403, path


@pytest.mark.parametrize(
    "path",
    ["overview", "sessions", "sessions/a1", "sessions/a1/events", "visitors/ann", "visitors/ann/timeline", "online"],
)
def test_another_projects_visits_are_not_there(world: World, owner: Person, path: str) -> None:
    stranger = world.nobody
    assert stranger.get(f"/projects/shop/{path}").status_code == 401
    number = next(numbers)
    other = world.member(f"mallory{number}")
    assert other.get(f"/projects/shop/{path}").status_code == 404
    other_project = f"other{number}"
    world.project(other, id_=other_project)
    if path.startswith(("sessions/", "visitors/")):
        assert other.get(f"/projects/{other_project}/{path}").status_code == 404


def test_ids_may_hold_anything(world: World, owner: Person) -> None:
    key = world.key(owner, "shop", "write")
    event = view("2026-01-05T10:00:00Z", "/")
    send(world, key, "odd", "v/1 ü?", "s/1%2F#", DESKTOP, "192.0.2.77", [event])
    for path in ("sessions/s%2F1%252F%23", "sessions/s%2F1%252F%23/events", "visitors/v%2F1%20%C3%BC%3F"):
        assert owner.get(f"/projects/shop/{path}").status_code == 200, path
