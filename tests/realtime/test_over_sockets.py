"""The WebSocket as a client sees it: who is let in, what arrives, what goes wrong, and how it ends."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from gosight.control import keys
from gosight.kit.clock import system_clock
from tests.realtime.sockets import Socket, connected, member, reading
from tests.running import PATIENCE_S, STEP_S, Server, Site, running

PAGE = {"type": "page_view", "url": "https://shop.example/shoes?x=1"}
PHONE = {
    "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Version/17.0 Safari/604.1"
}


def test_a_visit_is_told_of_as_section_12_shows_it(site: Site) -> None:
    with reading(site, "sessions", "events") as socket:
        site.post(json.dumps({"session_id": "s1", "user_id": "user_456", "events": [PAGE]}).encode(), PHONE)
        started = socket.hear("session.start")
        told = socket.hear("event")
    assert set(started) == set(told) == {"type", "data"}
    start = started["data"]
    assert (start["session_id"], start["user_id"]) == ("s1", "user_456")
    assert (start["url"], start["device"]) == (PAGE["url"], "mobile")
    assert "country" in start
    assert (told["data"]["session_id"], told["data"]["event_type"]) == ("s1", "page_view")
    assert told["data"]["timestamp"].endswith("Z")
    assert told["data"]["path"] == "/shoes"


def test_figures_come_by_themselves(site: Site) -> None:
    site.send(PAGE, PAGE, session_id="s1")
    with reading(site) as socket:
        told = socket.hear("metrics")
        assert told == {"type": "metrics", "data": {"active_sessions": 1, "events_per_minute": 2}}


def test_two_who_listen_hear_the_same_and_only_what_they_subscribed_to(site: Site) -> None:
    other = member(site, "olga", "owner")
    with reading(site, "events") as both, reading(site, "sessions", token=other.token) as starts:
        site.send(PAGE, session_id="s1")
        site.send({"type": "click"}, session_id="s2")
        assert [both.hear("event")["data"]["event_type"] for _ in range(2)] == ["page_view", "click"]
        assert [starts.hear("session.start")["data"]["session_id"] for _ in range(2)] == ["s1", "s2"]


def test_messages_arrive_in_the_order_stored_also_many_at_once(site: Site) -> None:
    with reading(site, "events") as socket:
        for batch in range(8):
            site.send(*({"type": "n", "name": str(100 * batch + at)} for at in range(100)), session_id="s1")
        names = [int(socket.hear("event")["data"]["name"]) for _ in range(800)]
    assert names == list(range(800))


def test_who_unsubscribes_hears_no_more(site: Site) -> None:
    with reading(site, "events", "sessions") as socket:
        socket.say("unsubscribe", channels=["events"])
        assert socket.hear("subscribed")["data"] == {"channels": ["sessions"]}
        site.send(PAGE, session_id="s1")
        assert socket.hear("session.start", "event")["type"] == "session.start"
        socket.say("ping")
        assert socket.hear("pong", "event") == {"type": "pong"}


def test_a_viewer_hears_no_names(site: Site) -> None:
    viewer = member(site, "vera", "viewer")
    with reading(site, "sessions", token=viewer.token) as socket:
        site.send(PAGE, session_id="s1", user_id="user_456")
        start = socket.hear("session.start")["data"]
        assert (start["session_id"], start["user_id"], start["city"]) == ("s1", None, None)
        viewer.become(site, "member")
        site.send(PAGE, session_id="s2", user_id="user_456")
        for number in range(3, 1_000):
            if socket.hear("session.start")["data"]["user_id"] is not None:
                break
            site.send(PAGE, session_id=f"s{number}", user_id="user_456")


def test_the_same_address_without_api_before_it(site: Site) -> None:
    with connected(site.server, site.id, base="/v1") as socket:
        socket.enter(site.read_key)


@pytest.mark.parametrize(
    ("first", "code", "close"),
    [
        ({"type": "auth", "token": "nonsense"}, "UNAUTHORIZED", 4401),
        ({"type": "auth", "token": "gs_api_unknown"}, "UNAUTHORIZED", 4401),
        ({"type": "auth"}, "UNAUTHORIZED", 4401),
        ({"type": "auth", "token": 5}, "VALIDATION_ERROR", 4400),
        ({"type": "auth", "token": "x" * 5_000}, "VALIDATION_ERROR", 4400),
        ({"type": "subscribe", "channels": ["events"]}, "UNAUTHORIZED", 4401),
        ("no json", "VALIDATION_ERROR", 4400),
        ("[" * 10_000, "VALIDATION_ERROR", 4400),
        ('{"type": "\\ud800"}', "VALIDATION_ERROR", 4400),
        (b"\x00\x01", "VALIDATION_ERROR", 4400),
        ("x" * 20_000, "PAYLOAD_TOO_LARGE", 1009),
        (b"x" * 2_000_000, "PAYLOAD_TOO_LARGE", 1009),
    ],
    ids=["no token of ours", "no key of ours", "no token", "a number", "a long token", "not the first",
         "no JSON", "deep", "half a pair", "binary", "large", "large and binary"],
)  # fmt: skip
def test_who_is_not_let_in_is_told_why(site: Site, first: Any, code: str, close: int) -> None:
    with connected(site.server, site.id) as socket:
        socket.raw(json.dumps(first) if isinstance(first, dict) else first)
        assert socket.ended() == (close, code)


def test_who_says_nothing_is_not_waited_for(site: Site) -> None:
    with connected(site.server, site.id) as socket:
        assert socket.ended() == (4401, "UNAUTHORIZED")


def test_a_key_that_only_sends_may_not_listen(site: Site) -> None:
    with connected(site.server, site.id) as socket:
        socket.say("auth", token=site.write_key)
        assert socket.ended() == (4403, "FORBIDDEN")


def test_another_project_is_one_that_is_not_there(live: Server, site: Site) -> None:
    other = live.site()
    for project in (other.id, "nowhere"):
        with connected(live, project) as socket:
            socket.say("auth", token=site.read_key)
            assert socket.ended() == (4404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ({"type": "subscribe", "channels": ["events", "secrets"]}, "list of sessions, events or alerts, got 'secrets'"),
        ({"type": "subscribe", "channels": "events"}, "channels: expected a list"),
        ({"type": "subscribe", "channels": [["events"]]}, "channels: expected a list"),
        ({"type": "subscribe"}, "channels: expected a list"),
        ({"type": "unsubscribe", "channels": 5}, "channels: expected a list"),
        ({"type": "shout"}, "type: expected auth, subscribe, unsubscribe or ping, got 'shout'"),
        ({"no": "type"}, "type: expected auth"),
        ({"type": "auth", "token": "x"}, "authenticated already"),
        ([1, 2], "expected a JSON object, got '[1, 2]'"),
        ("nonsense", "expected a JSON object"),
        (b"{}", "expected a text message, got 2 bytes of binary"),
    ],
    ids=["unknown channel", "no list", "list in list", "no channels", "unsubscribe from a number", "unknown type",
         "no type", "auth again", "a list", "no JSON", "binary"],
)  # fmt: skip
def test_what_makes_no_sense_is_told_and_nothing_else_changes(site: Site, message: Any, named: str) -> None:
    with reading(site, "sessions") as socket:
        socket.raw(json.dumps(message) if isinstance(message, dict | list) else message)
        code, told = socket.error()
        assert code == "VALIDATION_ERROR"
        assert named in told
        site.send(PAGE, session_id="s1")
        assert socket.hear("session.start", "event")["type"] == "session.start"


def test_a_message_that_is_too_large_ends_it(site: Site) -> None:
    with reading(site) as socket:
        socket.raw("x" * 17_000)
        assert socket.ended() == (1009, "PAYLOAD_TOO_LARGE")


def test_who_says_too_much_is_cut_off(site: Site) -> None:
    with reading(site) as socket:
        try:
            for _ in range(200):
                socket.say("ping")
        except ConnectionClosed:
            pass
        assert socket.ended() == (4429, "RATE_LIMITED")


def test_the_second_connection_is_refused_and_may_take_over(site: Site) -> None:
    with reading(site, "events") as first:
        with connected(site.server, site.id) as second:
            second.say("auth", token=site.read_key)
            code, why = second.error()
            assert code == "RATE_LIMITED"
            assert "1 connection" in why
            assert "take_over" in why
            assert second.ended()[0] == 4429
        with reading(site, "events", take_over=True) as second:
            assert first.ended() == (4409, "CONFLICT")
            site.send(PAGE, session_id="s1")
            second.hear("event")


def test_who_comes_again_takes_their_own_place(site: Site) -> None:
    with reading(site, client="tab-1") as first, reading(site, client="tab-1"):
        assert first.ended() == (4409, "CONFLICT")
        with connected(site.server, site.id) as other:
            other.say("auth", token=site.read_key, client="tab-2")
            assert other.ended() == (4429, "RATE_LIMITED")


def test_a_place_is_free_again_once_somebody_has_left(site: Site) -> None:
    for _ in range(3):
        with reading(site) as socket:
            socket.connection.close()
        with connected(site.server, site.id) as again:
            again.say("auth", token=site.read_key, client="x")
            if again.next()["type"] == "authenticated":
                return
    raise AssertionError("the place was never free")


def test_each_member_has_a_place_of_their_own(site: Site) -> None:
    names = [member(site, name, "member") for name in ("ann", "bob")]
    with reading(site, token=names[0].token), reading(site, token=names[1].token), reading(site):
        pass


def test_who_signs_out_hears_no_more(site: Site) -> None:
    person = member(site, "olga", "owner")
    with reading(site, "events", token=person.token) as socket:
        person.leave()
        assert socket.ended() == (4401, "UNAUTHORIZED")


def test_who_is_removed_hears_no_more(site: Site) -> None:
    person = member(site, "olga", "owner")
    with reading(site, "events", token=person.token) as socket:
        person.become(site, None)
        assert socket.ended() == (4404, "NOT_FOUND")


def test_a_key_that_is_revoked_hears_no_more(site: Site) -> None:
    with site.server.control() as control:
        made = keys.create(control, site.number, name="x", permissions=["read"], now=system_clock())
    with reading(site, "events", token=made.key) as socket:
        with site.server.control() as control:
            keys.revoke(control, site.number, made.id)
        assert socket.ended() == (4401, "UNAUTHORIZED")


def test_a_reader_that_does_not_read_loses_its_oldest_and_keeps_nobody_waiting(site: Site) -> None:
    quick_one = member(site, "quick", "member")
    name = "n" * 100
    with (
        connected(site.server, site.id, max_queue=1) as slow,
        reading(site, "events", token=quick_one.token) as quick,
    ):
        slow.enter(site.read_key, "events")
        sent = heard = 0
        for _ in range(24):
            site.send(
                *({"type": "n", "name": name, "url": "https://a.example/" + "p" * 1_500} for _ in range(500)),
                session_id="s1",
            )
            sent += 500
            while heard < sent:
                quick.hear("event")
                heard += 1
        slow_heard, lost = drain(slow, sent)
    assert heard == sent
    assert lost > 0
    assert slow_heard + lost == sent


def drain(socket: Socket, sent: int) -> tuple[int, int]:
    heard = lost = 0
    while heard + lost < sent:
        told = socket.next()
        heard += told["type"] == "event"
        lost += told["data"]["count"] if told["type"] == "dropped" else 0
    return heard, lost


def test_the_server_tells_everybody_when_it_stops_and_sessions_are_not_new_after(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        site = server.site()
        with reading(site, "sessions") as socket:
            site.send(PAGE, session_id="s1")
            socket.hear("session.start")
            assert server.stop() == 0
            assert socket.ended() == (1001, "UNAVAILABLE")
        server.start()
        with reading(site, "sessions", "events") as socket:
            assert socket.hear("metrics")["data"] == {"active_sessions": 1, "events_per_minute": 1}
            site.send({"type": "click"}, session_id="s1")
            assert socket.hear("session.start", "event")["type"] == "event"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/projects/x/overview", "/v1/events", "/app/"])
def test_no_other_address_speaks_websocket(live: Server, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused, connected(live, "x/../..", base=path):
        pass
    assert refused.value.response.status_code == 403


def test_over_plain_http_it_says_what_it_is(site: Site) -> None:
    status, code, message = site.read("/realtime").error
    assert (status, code) == (400, "VALIDATION_ERROR")
    assert "WebSocket" in message


@pytest.mark.skipif(
    sys.platform != "linux", reason="keepalive is set on Linux alone, and /proc/net/tcp is where it can be seen"
)
def test_a_silent_peer_is_asked_whether_it_is_still_there(site: Site) -> None:
    with reading(site) as socket:
        port = socket.connection.socket.getsockname()[1]
        until(lambda: KEEPALIVE in timers(site.server.port, port))


KEEPALIVE = "02"


def timers(port: int, peer: int) -> list[str]:
    """Which timers of the system run for the server's end of a connection."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [
        fields[5][:2] for fields in lines if fields[1].endswith(f":{port:04X}") and fields[2].endswith(f":{peer:04X}")
    ]


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(STEP_S)
