"""GET /events/stream/{customer_id}: what is told, to whom, and what somebody is told who comes again."""

import asyncio
import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gosight.compat.track import stream
from gosight.compat.track.feed import WAITING, Feed, Frame, Listener
from gosight.control import logins, members, streaming
from gosight.control.tokens import AccessTokens
from gosight.kit.access import Grant, Role
from gosight.kit.bus import STREAM, Bus, Message
from gosight.kit.clock import system_clock
from tests.compat.track.listening import asked, listening
from tests.running import Server, Site, running
from tests.world import Person, World

VIEW = {"event_type": "page_view", "event_name": "Homepage View", "visitor_id": "visitor_123"}
BOT = "Googlebot/2.1 (+http://www.google.com/bot.html)"


def track(site: Site, *events: dict[str, Any]) -> None:
    body = json.dumps({"customer_id": site.id, "events": list(events)}).encode()
    answer = site.server.ask("POST", "/track/batch", body, {"X-GoSight-Key": site.write_key})
    assert answer.json["events_accepted"] == len(events)


def test_the_contracts_message_comes_to_the_letter(site: Site) -> None:
    with listening(site) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        track(site, {**VIEW, "timestamp": "2026-02-16T12:00:00Z"})
        block = stream.block()
        assert block is not None
        assert block.name == "new_events"
        assert block.data == [{**VIEW, "timestamp": "2026-02-16T12:00:00.000Z"}]
        assert block.id is not None


def test_native_events_come_too_and_bots_and_other_projects_do_not(site: Site) -> None:
    other = site.server.site()
    with listening(site) as stream:
        track(other, VIEW)
        track(site, {**VIEW, "event_type": "bot", "session_id": "b", "user_agent": BOT})
        site.send({"type": "click"}, visitor_id="v")
        assert stream.types(1) == ["click"]


def test_many_at_once_come_as_few_messages(site: Site) -> None:
    with listening(site) as stream:
        for _ in range(3):
            track(site, *[VIEW] * 100)
        messages = 0
        seen = 0
        while seen < 300:
            block = stream.block()
            assert block is not None
            seen += len(block.data)
            messages += 1
        assert (seen, messages <= 3) == (300, True)


@pytest.mark.parametrize("how", ["header", "query"])
def test_who_comes_again_is_told_what_was_missed_and_nothing_twice(site: Site, how: str) -> None:
    with listening(site) as stream:
        track(site, {**VIEW, "event_type": "first"})
        assert stream.types(1) == ["first"]
        last = stream.last
    assert last is not None
    track(site, {**VIEW, "event_type": "missed"}, {**VIEW, "event_type": "missed too"})
    key = {"Authorization": f"Bearer {site.read_key}"}
    headers, query = ({"Last-Event-ID": last}, {}) if how == "header" else ({}, {"last_event_id": last})
    with listening(site, key | headers, query) as stream:
        track(site, {**VIEW, "event_type": "after"})
        assert stream.types(3) == ["missed", "missed too", "after"]


def test_the_first_block_says_where_one_stands(site: Site) -> None:
    """A line that breaks before anything happened loses nothing either."""
    track(site, {**VIEW, "event_type": "before"})
    with listening(site) as stream:
        last = stream.last
    assert last is not None
    track(site, {**VIEW, "event_type": "missed"})
    with listening(site, query={"last_event_id": last}) as stream:
        assert stream.types(1) == ["missed"]


def test_more_than_a_page_of_what_was_missed_comes_whole(site: Site) -> None:
    with listening(site) as stream:
        last = stream.last
    assert last is not None
    for at in range(0, 2_500, 500):
        track(site, *[{**VIEW, "event_name": str(number)} for number in range(at, at + 500)])
    with listening(site, query={"last_event_id": last}) as stream:
        assert [event["event_name"] for event in stream.events(2_500)] == [str(number) for number in range(2_500)]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path / "data", limits__stream_connections="2") as server:
        yield server


def test_after_a_restart_one_is_told_what_was_missed_and_the_end_comes_at_once(own: Server) -> None:
    site = own.site()
    with listening(site) as stream:
        track(site, {**VIEW, "event_type": "first"})
        stream.events(1)
        last = stream.last
        assert last is not None
        track(site, {**VIEW, "event_type": "second"})
        stream.events(1)
        assert own.stop(signal.SIGTERM) == 0
        assert stream.block() is None
    own.start()
    with listening(site, query={"last_event_id": last}) as stream:
        assert stream.types(1) == ["second"]


def test_so_many_may_listen_and_who_left_makes_room(own: Server) -> None:
    site = own.site()
    key = {"X-GoSight-Key": site.read_key}
    with listening(site), listening(site), asked(own, site.id, key, {}) as answer:
        assert (answer.status, answer.headers["retry-after"]) == (503, "30")
        assert "limits.stream_connections" in json.loads(answer.read())["message"]
    for _ in range(500):
        with asked(own, site.id, key, {}) as answer:
            if answer.status == 200:
                return
    raise AssertionError("nobody gets in after others have left")


def test_a_reader_that_does_not_read_keeps_nobody_waiting(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.server.port)) as idle:
        request = f"GET /events/stream/{site.id} HTTP/1.1\r\nHost: a\r\nX-GoSight-Key: {site.read_key}\r\n\r\n"
        idle.sendall(request.encode())
        assert idle.recv(12) == b"HTTP/1.1 200"
        with listening(site) as stream:
            for _ in range(4):
                track(site, *[{**VIEW, "event_name": "x" * 100}] * 500)
            assert len(stream.events(2_000)) == 2_000


def reader_of(site: Site, role: Role) -> tuple[str, str]:
    """A member of the project: an access token's holder, as (stream token, cookie)."""
    with site.server.control() as control:
        with control.write() as transaction:
            email = f"{role}-{site.number}@example.com"
            member = members.add(transaction, email=email, name="M", password_hash="", now=system_clock())
            transaction.run(
                "insert or replace into memberships select number, :member, :role, 0 from projects where id = :project",
                {"member": member.id, "role": str(role), "project": site.id},
            )
        opened = logins.start(control, member.id, ip="", user_agent=None, now=system_clock())
        tokens = AccessTokens(control, system_clock)
        access = tokens.issue(member.id, opened.login_id)
        cookie = streaming.cookie_token(tokens, member.id, opened.login_id)
    return access, cookie


def stream_token(site: Site, access: str, body: bytes | None = None) -> str:
    headers = {"Authorization": f"Bearer {access}", "Content-Type": "application/json"}
    answer = site.server.ask("POST", "/api/v1/auth/stream-token", body, headers)
    assert answer.data["expires_in"] == 120
    token: str = answer.data["token"]
    return token


def test_a_browser_comes_with_a_token_or_the_dashboards_cookie(site: Site) -> None:
    access, cookie = reader_of(site, Role.member)
    by_key = stream_token(site, site.read_key)
    own = stream_token(site, access, json.dumps({"project": site.id}).encode())
    ways: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {"token": stream_token(site, access)}),
        ({}, {"token": own}),
        ({}, {"token": by_key}),
        ({"Cookie": f"a=b; gosight_stream={cookie}"}, {}),
        ({"Authorization": f"Bearer {access}"}, {}),
        ({"X-GoSight-Key": site.read_key}, {}),
    ]
    for headers, query in ways:
        with listening(site, {"Origin": "https://other.example", **headers}, query) as stream:
            assert stream.headers["access-control-allow-origin"] == "*"
    assert site.server.ask("GET", "/api/v1/me", headers={"Authorization": f"Bearer {own}"}).status == 401


@pytest.mark.parametrize(
    ("headers", "query", "status", "says"),
    [
        ({}, {}, 401, "expected Authorization"),
        ({}, {"token": "x"}, 401, "this token is not valid"),
        ({}, {"token": "KEY"}, 401, "an API key does not belong in an address"),
        ({}, {"key": "KEY"}, 401, "an API key does not belong in an address"),
        ({}, {"token": "COOKIE"}, 401, "this token is not valid"),
        ({"Cookie": "gosight_stream=x"}, {}, 401, "this token is not valid"),
        ({"X-GoSight-Key": "WRITE"}, {}, 403, "this key only sends events"),
        ({"X-GoSight-Key": "KEY", "Last-Event-ID": "x"}, {}, 400, "last_event_id: expected an id of this stream"),
        ({"X-GoSight-Key": "OTHER"}, {}, 404, "there is no project"),
        ({}, {"token": "OTHERS"}, 404, "there is no project"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_who_is_not_let_in(site: Site, headers: dict[str, str], query: dict[str, str], status: int, says: str) -> None:
    words = {"KEY": site.read_key, "WRITE": site.write_key}
    if "COOKIE" in query.values():
        words["COOKIE"] = reader_of(site, Role.member)[1]
    if "OTHER" in headers.values() or "OTHERS" in query.values():
        other = site.server.site()
        words |= {"OTHER": other.read_key, "OTHERS": stream_token(other, other.read_key)}
    headers = {name: words.get(value, value) for name, value in headers.items()}
    query = {name: words.get(value, value) for name, value in query.items()}
    with asked(site.server, site.id, headers | {"Origin": "https://a.example"}, query) as answer:
        body = json.loads(answer.read())
        assert answer.status == status
        assert set(body) == {"success", "message", "error"}
        assert body["message"].startswith(says)
        assert answer.headers["access-control-allow-origin"] == "*"


def test_a_token_holds_for_two_minutes_and_ends_with_its_login(world: World, owner: Person) -> None:
    token = owner.post("/auth/stream-token").json()["data"]["token"]
    ask = world.client.get
    assert ask("/events/stream/none", params={"token": token}).status_code == 404
    world.clock.forward(119)
    assert ask("/events/stream/none", params={"token": token}).status_code == 404
    world.clock.forward(1)
    assert ask("/events/stream/none", params={"token": token}).status_code == 401
    again = owner.post("/auth/stream-token", {"project": "shop"}).json()["data"]["token"]
    owner.post("/auth/logout")
    assert ask("/events/stream/shop", params={"token": again}).status_code == 401


def test_a_token_is_made_for_ones_own_projects_alone(world: World, owner: Person) -> None:
    assert owner.post("/auth/stream-token", {"project": "none"}).status_code == 404
    assert owner.post("/auth/stream-token", {"x": 1}).status_code == 400
    assert world.nobody.post("/auth/stream-token").status_code == 401
    assert world.key(owner, "shop", "write").post("/auth/stream-token").status_code == 403


def test_who_signs_in_at_the_dashboard_gets_the_cookie_and_loses_it(world: World, owner: Person) -> None:
    dashboard = {"X-GoSight-Client": "dashboard"}
    answer = world.nobody.post("/auth/login", {"email": owner.email, "password": "correct horse"}, headers=dashboard)
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("gosight_stream="))
    assert {"HttpOnly", "Path=/events/stream", "SameSite=strict"} <= set(cookie.split("; "))
    sent = {"Cookie": cookie.partition(";")[0]}
    assert world.client.get("/events/stream/none", headers=sent).status_code == 404
    owner_again = answer.json()["data"]["access_token"]
    world.nobody.post("/auth/logout", headers={"Authorization": f"Bearer {owner_again}"} | dashboard)
    assert world.client.get("/events/stream/none", headers=sent).status_code == 401


def test_a_viewer_hears_of_events_and_not_of_users(site: Site) -> None:
    access, _ = reader_of(site, Role.viewer)
    with listening(site, {"Authorization": f"Bearer {access}"}) as stream:
        track(site, {"event_type": "paid", "user_id": "bob"}, {**VIEW, "user_id": "bob"})
        assert [event["visitor_id"] for event in stream.events(2)] == [None, "visitor_123"]
    with listening(site) as stream:
        track(site, {"event_type": "paid", "user_id": "bob"})
        assert stream.events(1)[0]["visitor_id"] == "user:bob"


def test_who_is_removed_hears_no_more(site: Site) -> None:
    access, _ = reader_of(site, Role.member)
    with listening(site, {"Authorization": f"Bearer {access}"}) as stream:
        with site.server.control() as control, control.write() as transaction:
            transaction.run("delete from memberships where project = :project", {"project": site.number})
        assert stream.block() is None


def test_preflights_are_answered_and_only_get_listens(site: Site) -> None:
    answer = site.server.ask("OPTIONS", f"/events/stream/{site.id}", headers={"Origin": "https://a.example"})
    assert answer.status == 204
    assert "authorization" in answer.headers["access-control-allow-headers"]
    assert site.server.ask("POST", f"/events/stream/{site.id}").status == 405


class _Access:
    """What a listener needs of one."""

    def __init__(self) -> None:
        self.grant = Grant(role=Role.owner)


def message(position: int) -> Message:
    return Message("new_event", {"event_type": "e", "visitor_id": "v"}, position=position)


def blocks(text: bytes) -> list[tuple[str, Any]]:
    found = []
    for block in text.decode().strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_a_slow_reader_loses_its_oldest_and_is_told_how_many() -> None:
    listener: Any = Listener(_Access(), 0)  # type: ignore[arg-type]
    size = WAITING // 4
    for number in range(6):
        listener.put(Frame([message(number * size + n + 1) for n in range(size)]))
    told = blocks(listener.take())
    assert told[0] == ("lost", {"count": 2 * size})
    assert sum(len(data) for name, data in told if name == "new_events") == 4 * size
    assert listener.take() == b""


def test_a_frame_that_was_read_from_the_file_in_part_is_told_in_part() -> None:
    listener: Any = Listener(_Access(), 2)  # type: ignore[arg-type]
    listener.put(Frame([message(1), message(2), message(3)]))
    [(name, data)] = blocks(listener.take())
    assert (name, len(data), listener.after) == ("new_events", 1, 3)


async def _gathered(events: int) -> Frame:
    bus = Bus()
    feed = Feed(bus, 1)
    frames: list[Frame] = []

    class Taker:
        def put(self, frame: Frame) -> None:
            frames.append(frame)

    feed.listeners.add(Taker())  # type: ignore[arg-type]
    bus.publish_all(1, STREAM, [message(n + 1) for n in range(events)])
    bus._deliver()
    feed._send()
    feed.close()
    return frames[0]


def test_what_was_missed_comes_before_what_happened_while_it_was_read() -> None:
    listener: Any = Listener(_Access(), 0)  # type: ignore[arg-type]
    listener.put(Frame([message(2), message(3)]))
    listener.put_first(Frame([message(1), message(2)]))
    told = blocks(listener.take())
    assert [len(data) for _, data in told] == [2, 1]
    assert listener.after == 3


@pytest.mark.parametrize(("events", "lost"), [(3, 0), (WAITING + 7, 7)])
def test_of_a_flood_the_end_is_told_and_how_much_was_lost(events: int, lost: int) -> None:
    frame = asyncio.run(_gathered(events))
    assert (len(frame.events), frame.lost) == (min(events, WAITING), lost)
    assert frame.events[-1].position == events


async def _told_while_nothing_happens() -> list[bytes]:
    listener: Any = Listener(_Access(), 0)  # type: ignore[arg-type]
    sent: list[bytes] = []

    async def send(told: Any) -> None:
        sent.append(told["body"])
        if len(sent) == 2:
            listener.end()

    await stream._forward(listener, send)
    return sent


def test_a_comment_keeps_a_quiet_line_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.01)
    assert asyncio.run(_told_while_nothing_happens()) == [b": heartbeat\n\n"] * 2
