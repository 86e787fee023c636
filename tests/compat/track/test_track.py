"""POST /track and /track/batch: what contract 2 says, the same figures as native ingest, and whom it is about."""

import gzip
import json
from typing import Any

import pytest

from tests.compat.track.tracking import CHROME, VIEW, Tracker, refused
from tests.conftest import MakeWorld
from tests.world import Person, World

CLICK = {
    "customer_id": "shop",
    "visitor_id": "visitor_123",
    "session_id": "session_789",
    "event_type": "button_click",
    "event_name": "CTA Click",
    "properties": {"button_id": "signup_cta"},
}


def test_the_contracts_example_is_answered_to_the_letter(server: Tracker) -> None:
    answer = server.post("/track", VIEW)
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "events_accepted": 1,
        "events_rejected": 0,
        "message": "Event accepted",
    }


def test_the_contracts_batch_is_answered_to_the_letter(server: Tracker) -> None:
    answer = server.batch({**VIEW, "properties": {}}, CLICK)
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "events_accepted": 2,
        "events_rejected": 0,
        "message": "Processed 2 events, rejected 0",
    }
    assert server.batch().json()["message"] == "Processed 0 events, rejected 0"


def test_what_was_given_is_what_is_stored(server: Tracker) -> None:
    server.batch(VIEW, CLICK)
    stored = server.rows("select type, name, url, path, user_id, payload from events order by seq")
    assert [row[:5] for row in stored] == [
        ("page_view", "Homepage View", "https://example.com/", "/", "user_456"),
        ("button_click", "CTA Click", None, None, None),
    ]
    assert json.loads(stored[0][5]) == {"page": "/", "title": "Home", "referrer": "https://google.com"}
    assert json.loads(stored[1][5]) == {"button_id": "signup_cta"}


def test_tracked_events_are_like_any_other_in_overview_sessions_and_timeline(server: Tracker) -> None:
    server.batch(VIEW, CLICK)
    summary = server.summary()
    assert (summary["sessions"], summary["users"], summary["pageviews"], summary["events"]) == (1, 1, 1, 2)
    (session,) = server.sessions()
    assert (session["id"], session["visitor_id"], session["user_id"]) == ("session_789", "visitor_123", "user_456")
    assert (session["entry_path"], session["source"], session["page_count"]) == ("/", "google", 1)
    told = server.owner.get("/projects/shop/visitors/visitor_123/timeline").json()["data"]
    assert {(event["type"], event["name"]) for event in told} == {
        ("page_view", "Homepage View"),
        ("button_click", "CTA Click"),
    }
    pages = server.owner.get("/projects/shop/breakdown?by=path").json()["data"]
    assert [page["value"] for page in pages] == ["/"]


@pytest.mark.parametrize("kind", ["page_view", "click", "js_error", "identify", "custom", "cart_abandon"])
def test_the_same_figures_as_native_ingest(server: Tracker, kind: str) -> None:
    properties = {"title": "T", "x": 5, "y": 5, "target": {"selector": "#a"}, "message": "m", "traits": {"plan": "pro"}}
    url, when = "https://example.com/a?utm_source=mail", "2026-11-22T11:00:00Z"
    assert server.post(
        "/track",
        {
            "customer_id": "shop",
            "visitor_id": "tracked",
            "user_id": "u",
            "event_type": kind,
            "timestamp": when,
            "page_url": url,
            "properties": properties,
        },
        User_Agent=CHROME,
        Origin="https://example.com",
    ).is_success
    native = {
        "visitor_id": "native",
        "user_id": "u",
        "events": [{"type": kind, "ts": when, "url": url, "payload": properties}],
    }
    assert server.post("/v1/events", native, X_GoSight_Key=server.key, User_Agent=CHROME).is_success
    first, second = server.sessions()
    own = ("id", "visitor_id", "session_id")
    assert {k: v for k, v in first.items() if k not in own} == {k: v for k, v in second.items() if k not in own}
    assert server.summary()["events"] == 2


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ({}, "event_type: is required"),
        ({"event_type": ""}, "event_type: expected 1 to 100 characters, got 0"),
        ({"event_type": 5}, "event_type: expected text, got a whole number"),
        ({"event_type": "a" * 101}, "event_type: expected 1 to 100 characters, got 101"),
        ({"event_type": "a", "event_name": "n" * 101}, "event_name: expected at most 100 characters, got 101"),
        ({"event_type": "a", "timestamp": "soon"}, "timestamp is not a time"),
        ({"event_type": "a", "timestamp": []}, "timestamp is not a time"),
        ({"event_type": "a", "timestamp": "2026-11-24T12:00:00Z"}, "timestamp is over 24 hours in the future"),
        ({"event_type": "a", "properties": [1]}, "properties: expected an object"),
        ({"event_type": "a", "event_id": "i" * 257}, "event_id: expected at most 256 characters, got 257"),
        ({"event_type": "a", "visitor_id": "v" * 257}, "visitor_id: expected at most 256 characters, got 257"),
        ({"event_type": "a", "ip": "nowhere"}, "ip: expected an address such as 203.0.113.7, got 'nowhere'"),
        ({"event_type": "a", "customer_id": ""}, "customer_id: is required"),
        ({"event_type": "identify", "properties": {"traits": {}, "user_id": 5}}, "properties.user_id: expected a text"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_an_event_that_is_none_is_refused_by_the_fields_name(server: Tracker, event: dict[str, Any], says: str) -> None:
    status, code, message = refused(server.one(**event))
    assert (status, code) == (400, "VALIDATION_ERROR")
    assert message.startswith(f"Invalid event format: {says}")
    answer = server.batch({"customer_id": "shop", "event_type": "good"}, {"customer_id": "shop", **event}).json()
    assert (answer["events_accepted"], answer["events_rejected"]) == (1, 1)
    assert answer["message"] == "Processed 2 events, rejected 1"
    ((told),) = answer["errors"]
    assert (told["index"], told["code"]) == (1, "VALIDATION_ERROR")
    assert told["message"].startswith(says)
    assert server.summary()["events"] == 1


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b"5", b"\xff", b'{"event_type":"\\ud800"}'], ids=repr)
@pytest.mark.parametrize("path", ["/track", "/track/batch"])
def test_a_body_that_is_no_json_object_is_refused(server: Tracker, path: str, body: bytes) -> None:
    answer = server.world.client.post(path, content=body, headers={"X-GoSight-Key": server.key})
    status, code, message = refused(answer)
    assert (status, code) == (400, "VALIDATION_ERROR")
    assert message.startswith("Invalid event format: ")


def test_another_projects_events_are_refused(server: Tracker) -> None:
    server.world.project(server.owner, "other")
    for ref in ("other", "none"):
        status, code, message = refused(server.post("/track", {**VIEW, "customer_id": ref}))
        assert (status, code, message) == (404, "NOT_FOUND", f"there is no project {ref} for this key")
    answer = server.batch(VIEW, {**VIEW, "customer_id": "other"}).json()
    assert (answer["events_accepted"], answer["events_rejected"]) == (1, 1)
    assert answer["errors"][0]["code"] == "NOT_FOUND"
    assert server.owner.get("/projects/other/overview").json()["data"]["summary"]["events"] == 0


def test_a_project_goes_by_its_slug_too_and_may_stand_on_the_batch(server: Tracker) -> None:
    slug = server.owner.get("/projects/shop").json()["data"]["slug"]
    assert (
        server.batch({"event_type": "a", "customer_id": slug}, {"event_type": "b"}, customer_id="shop").json()[
            "events_accepted"
        ]
        == 2
    )


def test_the_key_comes_as_bearer_in_a_header_or_in_the_address(server: Tracker) -> None:
    ask = server.world.client.post
    reads_too = server.world.key(server.owner, "shop", "read", "write").headers["X-GoSight-Key"]
    for headers in ({"Authorization": f"Bearer {server.key}"}, {"X-GoSight-Key": reads_too}):
        assert ask("/track", json=VIEW, headers=headers).status_code == 200
    assert ask(f"/track?key={server.key}", json=VIEW).status_code == 200


@pytest.mark.parametrize("given", ["", "nonsense", "a member's token", "a key that reads"])
def test_who_may_not_write_is_refused(server: Tracker, given: str) -> None:
    keys = {
        "a member's token": server.owner.headers.get("Authorization", "").removeprefix("Bearer "),
        "a key that reads": server.world.key(server.owner, "shop", "read").headers["X-GoSight-Key"],
    }
    headers = {"Authorization": f"Bearer {keys.get(given, given)}"} if given else {}
    for path in ("/track", "/track/batch"):
        answer = server.world.client.post(path, json=VIEW, headers=headers)
        assert refused(answer)[:2] == (401, "UNAUTHORIZED")


def test_with_dev_nobody_needs_a_key_and_the_events_name_the_project(make_world: MakeWorld) -> None:
    world = make_world(dev=True, peer="127.0.0.1", host="127.0.0.1")
    world.project(None, "shop")
    ask = world.client.post
    assert ask("/track", json=VIEW).json()["events_accepted"] == 1
    assert ask("/track/batch", json={"events": [VIEW, CLICK]}).json()["events_accepted"] == 2
    assert refused(ask("/track", json={**VIEW, "customer_id": "none"}))[:2] == (404, "NOT_FOUND")
    assert refused(ask("/track", json={"event_type": "a"}))[:2] == (400, "VALIDATION_ERROR")
    assert refused(ask("/track", json=VIEW, headers={"Origin": "https://evil.example"}))[0] == 403
    assert ask("/track", json=VIEW, headers={"Origin": "http://localhost:3000"}).status_code == 200


def test_what_comes_again_is_counted_once(server: Tracker) -> None:
    for _ in range(2):
        assert server.post("/track", {**VIEW, "event_id": "e1"}).json()["events_accepted"] == 1
        assert server.batch(VIEW, CLICK, batch_id="b1").json()["events_accepted"] == 2
    assert server.summary()["events"] == 3


def test_gzip_is_taken(server: Tracker) -> None:
    body = gzip.compress(json.dumps(VIEW).encode(), mtime=0)
    headers = {"X-GoSight-Key": server.key, "Content-Encoding": "gzip"}
    assert server.world.client.post("/track", content=body, headers=headers).status_code == 200


def test_too_much_at_once_is_refused(server: Tracker) -> None:
    large = {**VIEW, "properties": {"text": "x" * 65_536}}
    assert refused(server.post("/track", large))[:2] == (413, "PAYLOAD_TOO_LARGE")
    answer = server.batch(VIEW, large).json()
    assert [(told["index"], told["code"]) for told in answer["errors"]] == [(1, "PAYLOAD_TOO_LARGE")]
    assert refused(server.batch(*[CLICK] * 501))[:2] == (413, "PAYLOAD_TOO_LARGE")
    assert refused(server.batch(*[large] * 20))[:2] == (413, "PAYLOAD_TOO_LARGE")
    assert server.summary()["events"] == 1


def test_the_limit_is_that_of_native_ingest(make_world: MakeWorld) -> None:
    world = make_world(limits__events_per_minute=3)
    owner = world.member("olga")
    world.project(owner)
    server = Tracker(world, owner)
    assert server.batch(VIEW, CLICK).status_code == 200
    native = server.post("/v1/events", {"events": [{"type": "a"}]}, X_GoSight_Key=server.key)
    assert native.status_code == 200
    answer = server.post("/track", VIEW)
    status, code, message = refused(answer)
    assert (status, code, answer.headers["retry-after"]) == (429, "RATE_LIMITED", "60")
    assert message.startswith("Rate limit exceeded: ")
    assert server.summary()["events"] == 3


def test_with_too_little_disk_nothing_is_taken(make_world: MakeWorld) -> None:
    world = make_world(storage__events_min_free_bytes=1 << 60)
    owner = world.member("olga")
    world.project(owner)
    answer = Tracker(world, owner).post("/track", VIEW)
    status, code, message = refused(answer)
    assert (status, code) == (503, "UNAVAILABLE")
    assert message.startswith("Service degraded: ")
    assert int(answer.headers["retry-after"]) > 0


WHO = "select browser, ip, country, is_bot from sessions"
BOT = "Googlebot/2.1 (+http://www.google.com/bot.html)"


def test_a_server_is_not_the_visitor(server: Tracker) -> None:
    server.post("/track", VIEW, User_Agent=BOT)
    assert server.rows(WHO) == [(None, None, None, False)]


def test_a_server_tells_of_the_visitor(server: Tracker) -> None:
    server.post("/track", {**VIEW, "ip": "2.125.160.216", "user_agent": CHROME}, User_Agent=BOT)
    assert server.rows(WHO) == [("Chrome", "2.125.160.216", "GB", False)]


@pytest.mark.parametrize("header", ["Origin", "Sec-Fetch-Site"])
def test_a_browser_tells_of_itself(server: Tracker, header: str) -> None:
    told = {**VIEW, "ip": "2.125.160.216", "user_agent": BOT}
    server.post("/track", told, **{"User-Agent": CHROME, header: "https://example.com"})
    assert server.rows(WHO) == [("Chrome", "203.0.113.7", None, False)]


def test_what_a_server_adds_to_a_visit_does_not_hide_the_browser(server: Tracker) -> None:
    """Whichever comes first, and however early the server says it was."""
    early = {**CLICK, "timestamp": "2026-11-22T10:00:00Z"}
    server.post("/track", {**early, "session_id": "server first"})
    for session_id in ("server first", "browser first"):
        server.post("/track", {**VIEW, "session_id": session_id}, Origin="https://example.com", User_Agent=CHROME)
    server.post("/track", {**early, "session_id": "browser first"})
    assert server.rows("select browser, event_count from sessions") == [("Chrome", 2)] * 2


@pytest.mark.parametrize(
    ("named", "visitor"),
    [
        ({"visitor_id": "v"}, "v"),
        ({"user_id": "u"}, "user:u"),
        ({"session_id": "s"}, "session:s"),
    ],
    ids=["visitor", "user alone", "session alone"],
)
def test_who_the_visitor_is(server: Tracker, named: dict[str, str], visitor: str) -> None:
    server.one(event_type="a", **named)
    assert server.sessions()[0]["visitor_id"] == visitor


def test_without_any_name_address_and_agent_tell_visitors_apart(server: Tracker) -> None:
    for ip, agent in (("192.0.2.1", CHROME), ("192.0.2.1", CHROME), ("192.0.2.2", CHROME)):
        server.one(event_type="a", ip=ip, user_agent=agent)
    assert [session["event_count"] for session in server.sessions()] == [2, 1]


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ({"page_url": "https://example.com/a?x=1", "properties": {"page": "/b"}}, "/a"),
        ({"properties": {"page": "/b"}}, "/b"),
        ({"properties": {"page": "https://example.com/c#d"}}, "/c"),
        ({"properties": {"page": 5}}, None),
        ({"properties": {"page": None}}, None),
        ({}, None),
    ],
    ids=str,
)
def test_the_path_is_that_of_the_address_or_else_of_the_page(
    server: Tracker, event: dict[str, Any], path: str | None
) -> None:
    server.one(event_type="page_view", session_id="s", **event)
    assert server.sessions()[0]["entry_path"] == path


def test_identify_tells_who_somebody_is(server: Tracker) -> None:
    server.one(event_type="identify", user_id="user_123", visitor_id="v", properties={"email": "u@example.com"})
    server.one(event_type="identify", user_id="user_9", visitor_id="w", properties={"traits": {"plan": "pro"}})
    visitor = server.owner.get("/projects/shop/visitors/v").json()["data"]
    assert (visitor["user"]["id"], visitor["user"]["traits"]) == ("user_123", {"email": "u@example.com"})
    assert server.owner.get("/projects/shop/visitors/w").json()["data"]["user"]["traits"] == {"plan": "pro"}


def test_pages_of_other_domains_do_not_track(world: World, owner: Person) -> None:
    server = Tracker(world, owner)
    owner.patch("/projects/shop", {"allowed_domains": ["example.com"]})
    for origin, status in (("https://example.com", 200), ("https://evil.example", 403)):
        answer = server.post("/track", VIEW, Origin=origin)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, origin)


@pytest.mark.parametrize("path", ["/track", "/track/batch"])
def test_preflights_are_answered_and_only_post_tracks(server: Tracker, path: str) -> None:
    client = server.world.client
    answer = client.options(path, headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"})
    assert answer.status_code == 204
    assert {"authorization", "x-gosight-key", "content-type"} <= set(
        answer.headers["access-control-allow-headers"].split(", ")
    )
    assert refused(client.get(path))[:2] == (405, "METHOD_NOT_ALLOWED")


def test_a_viewer_reads_no_user_out_of_a_visitors_id(server: Tracker) -> None:
    """Neither in lists nor in what is told live; the rest stays as it is."""
    error_of_bob = {"customer_id": "shop", "user_id": "bob", "event_type": "js_error", "properties": {"message": "no"}}
    clicks = [
        {**error_of_bob, "event_type": "click", "timestamp": 1_795_348_790_000 + n, "properties": {"x": 1, "y": 1}}
        for n in range(5)
    ]
    server.batch(error_of_bob, *clicks)
    viewer = server.world.join(server.world.member("vera"), "shop", "viewer")
    (session,) = server.sessions()
    (fault,) = server.owner.get("/projects/shop/errors").json()["data"]
    paths = [
        "/sessions",
        f"/sessions/{session['id']}",
        "/live",
        "/errors?grouped=false",
        f"/errors/{fault['id']}",
        "/insights",
    ]
    for path in paths:
        shown = server.owner.get(f"/projects/shop{path}").text
        hidden = viewer.get(f"/projects/shop{path}")
        assert "user:bob" in shown, path
        assert hidden.status_code == 200, path
        assert "bob" not in hidden.text, path
        assert "user:…" in hidden.text, path
