"""POST /v1/replay and what is read of it: byte for byte, in order, once; whatever is no recording is refused whole."""

import gzip
import json
import sqlite3
import zlib
from typing import Any

import httpx
import pytest

from gosight.kit.clock import DAY, SECOND, iso_of
from tests.conftest import MakeWorld
from tests.world import Person, World, error

META = {"type": 4, "timestamp": 0, "data": {"href": "https://a.example/pricing?x=1", "width": 1200, "height": 800}}
SNAPSHOT = {"type": 2, "timestamp": 1, "data": {"node": {"type": 0, "childNodes": []}, "initialOffset": {}}}


class Recorder:
    """A page that is recorded, and its owner who watches."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.owner = world.member("olga")
        world.project(self.owner)
        self.key = world.key(self.owner, "shop", "write")
        self.reader = world.key(self.owner, "shop", "read")

    def now_ms(self) -> int:
        return self.world.clock.now // 1_000

    def events(self, count: int = 3, at_ms: int | None = None) -> list[dict[str, Any]]:
        begin = self.now_ms() if at_ms is None else at_ms
        return [{"type": 3, "timestamp": begin + n, "data": {"source": 1, "n": n}} for n in range(count)]

    def send(self, body: object, index: object = 0, session: str = "s", **query: object) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        asked = {"session_id": session, "index": index, **query}
        params = {name: str(value) for name, value in asked.items() if value is not None}
        return self.world.client.post("/v1/replay", params=params, content=content, headers=self.key.headers)

    def replay(self, session: str = "s") -> dict[str, Any]:
        answer = self.reader.get(f"/projects/shop/sessions/{session}/replay")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["data"]
        return found

    def chunk(self, index: int, session: str = "s") -> bytes:
        """As it comes over the line."""
        path = f"/api/v1/projects/shop/sessions/{session}/replay/chunks/{index}"
        with self.world.client.stream("GET", path, headers=self.owner.headers) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["content-encoding"] == "gzip"
            return b"".join(answer.iter_raw())

    def sessions(self, **query: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.reader.get("/projects/shop/sessions", params=query).json()["data"]
        return found

    def track(self, *events: dict[str, Any], **batch: Any) -> None:
        body = {"session_id": "s", "visitor_id": "v", "events": list(events), **batch}
        assert self.world.client.post("/v1/events", json=body, headers=self.key.headers).status_code == 200


@pytest.fixture
def recorder(world: World) -> Recorder:
    return Recorder(world)


def test_a_chunk_is_answered_with_its_index_and_how_many_events_it_has(recorder: Recorder) -> None:
    answer = recorder.send(recorder.events(42), visitor_id="v")
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "data": {"index": 0, "events": 42}}


def test_chunks_come_back_byte_for_byte_and_in_order_whatever_order_they_came_in(recorder: Recorder) -> None:
    bodies = {
        n: gzip.compress(json.dumps(recorder.events(2, recorder.now_ms() + n)).encode(), 1 + n, mtime=0)
        for n in range(4)
    }
    for index in (2, 0, 3, 1, 2, 0):
        assert recorder.send(bodies[index], index, visitor_id="v").status_code == 200
    found = recorder.replay()
    assert [chunk["index"] for chunk in found["chunks"]] == [0, 1, 2, 3]
    assert [recorder.chunk(index) for index in range(4)] == list(bodies.values())
    assert found["chunks"][1]["url"] == "/api/v1/projects/shop/sessions/s/replay/chunks/1"
    assert recorder.world.client.get(found["chunks"][1]["url"], headers=recorder.owner.headers).json() == json.loads(
        gzip.decompress(bodies[1])
    )


def test_what_came_plain_is_stored_gzipped_and_the_same_index_again_replaces_nothing(recorder: Recorder) -> None:
    first = recorder.events(3)
    assert recorder.send(first).json()["data"] == {"index": 0, "events": 3}
    assert recorder.send(recorder.events(5)).json()["data"] == {"index": 0, "events": 3}
    assert json.loads(gzip.decompress(recorder.chunk(0))) == first


def test_a_session_without_events_is_there_with_its_recordings_times_until_it_has_some(recorder: Recorder) -> None:
    begin = recorder.now_ms() - 60_000
    recorder.send(recorder.events(2, begin), 0, visitor_id="v")
    recorder.send(recorder.events(2, begin + 30_000), 1, visitor_id="v")
    (found,) = recorder.sessions()
    assert (found["id"], found["visitor_id"], found["has_replay"]) == ("s", "v", True)
    assert (found["started_at"], found["duration_ms"]) == (iso_of(begin * 1_000), 30_001)
    assert (found["event_count"], found["page_count"]) == (0, 0)
    recorder.track({"type": "page_view", "url": "https://a.example/"})
    (found,) = recorder.sessions()
    assert (found["event_count"], found["duration_ms"], found["has_replay"]) == (1, 0, True)


def test_lists_are_filtered_by_whether_there_is_a_replay(recorder: Recorder) -> None:
    recorder.send(recorder.events(), visitor_id="v")
    recorder.track({"type": "page_view"}, session_id="other")
    assert [session["id"] for session in recorder.sessions(has_replay="true")] == ["s"]
    assert [session["id"] for session in recorder.sessions(has_replay="false")] == ["other"]
    detail = recorder.owner.get("/projects/shop/sessions/s").json()["data"]
    assert detail["has_replay"] is True


def test_the_timeline_tells_what_happened_in_order(recorder: Recorder) -> None:
    now = recorder.now_ms()
    target = {"tag": "button", "text": "Sign Up", "selector": "#signup"}
    clicks = [
        {"type": "click", "ts": now + 10 + n, "payload": {"x": 1, "y": 1, "target": {"selector": "#x"}}}
        for n in range(5)
    ]
    recorder.track(
        {"type": "page_view", "ts": now, "url": "https://a.example/p", "payload": {"title": "Pricing"}},
        {"id": "c1", "type": "click", "ts": now + 5, "payload": {"target": target}},
        *clicks,
        {"type": "js_error", "ts": now + 5_000, "payload": {"message": "x is undefined", "error_type": "TypeError"}},
        {"type": "custom", "name": "signed_up", "ts": now + 6_000},
        {"type": "scroll", "ts": now + 7_000},
    )
    recorder.send(recorder.events(2, now))
    marks = recorder.replay()["events_timeline"]
    assert [(mark["type"], mark["label"]) for mark in marks if mark["label"] != "Click on '#x'"] == [
        ("page_view", "Pricing"),
        ("click", "Click on 'Sign Up'"),
        ("rage_click", "Rage click on '#x'"),
        ("js_error", "x is undefined"),
        ("custom", "signed_up"),
    ]
    assert [mark["event_id"] for mark in marks if mark["label"] == "Click on 'Sign Up'"] == ["c1"]
    (failure,) = (mark for mark in marks if mark["type"] == "js_error")
    assert failure["error_id"].startswith("err_")
    assert next(mark for mark in marks if mark["type"] == "rage_click")["event_id"] is None


def test_a_session_is_live_for_a_minute_after_something_came(recorder: Recorder) -> None:
    recorder.send(recorder.events(), visitor_id="v")
    assert recorder.replay()["is_live"] is True
    recorder.world.clock.forward(61)
    assert recorder.replay()["is_live"] is False


def test_times_far_from_receipt_are_brought_within_a_day_of_it(recorder: Recorder) -> None:
    recorder.send(recorder.events(1, 1_000), visitor_id="v")
    recorder.send(recorder.events(1, recorder.now_ms() + 400 * 86_400_000), 1, visitor_id="v")
    first, second = recorder.replay()["chunks"]
    now = recorder.world.clock.now
    assert (first["timestamp_start"], second["timestamp_end"]) == (iso_of(now - DAY), iso_of(now + DAY))


def test_a_wrong_clock_of_the_browser_is_corrected_as_that_of_its_events_is(recorder: Recorder) -> None:
    theirs = recorder.now_ms() - 3_600_000
    batch = {
        "visitor_id": "v",
        "session_id": "s",
        "sent_at": theirs,
        "events": [{"type": "page_view", "ts": theirs - 2_000, "url": "https://a.example/"}],
    }
    assert recorder.world.client.post("/v1/events", json=batch, headers=recorder.key.headers).status_code == 200
    body = gzip.compress(json.dumps(recorder.events(3, theirs - 3_000)).encode(), mtime=0)
    assert recorder.send(body, visitor_id="v", sent_at=theirs).status_code == 200
    found = recorder.replay()
    assert found["started_at"] == found["chunks"][0]["timestamp_start"] == iso_of(recorder.world.clock.now - 3 * SECOND)
    assert [mark["timestamp"] for mark in found["events_timeline"]] == [iso_of(recorder.world.clock.now - 2 * SECOND)]
    assert recorder.sessions()[0]["started_at"] == iso_of(recorder.world.clock.now - 2 * SECOND)
    assert recorder.chunk(0) == body


@pytest.mark.parametrize(
    ("aheads", "moved"),
    [
        ([3_600_000, 3_603_000, 3_597_500], [3_600_000] * 3),
        ([3_000, 6_000, -1_500], [0] * 3),
        ([3_600_000, None], [3_600_000] * 2),
        ([0, 3_600_000, 3_601_000], [0, 3_600_000, 3_600_000]),
        ([-7_200_000, 1_000], [-7_200_000, 0]),
    ],
    ids=["slow requests move nothing", "small errors stay", "without a time as before", "set wrong", "set right"],
)
def test_chunks_of_a_session_are_moved_alike(recorder: Recorder, aheads: list[int | None], moved: list[int]) -> None:
    begin = recorder.now_ms()
    for index, ahead in enumerate(aheads):
        events = recorder.events(2, begin + index * 1_000 + moved[index])
        recorder.send(events, index, sent_at=None if ahead is None else begin + ahead)
    starts = [chunk["timestamp_start"] for chunk in recorder.replay()["chunks"]]
    assert starts == [iso_of(recorder.world.clock.now + index * SECOND) for index in range(len(aheads))]


def test_the_list_says_from_which_chunks_a_page_can_be_shown(recorder: Recorder) -> None:
    for index, events in enumerate([[META, SNAPSHOT], recorder.events(), [SNAPSHOT]]):
        recorder.send(events, index)
    assert [chunk["has_snapshot"] for chunk in recorder.replay()["chunks"]] == [True, False, True]


def test_of_chunks_that_came_before_that_was_kept_it_is_not_known(recorder: Recorder) -> None:
    recorder.send([META, SNAPSHOT])
    (file,) = (
        each for each in recorder.world.folder.glob("projects/*/replay-*") if not each.name.endswith(("-shm", "-wal"))
    )
    with sqlite3.connect(file) as earlier:
        earlier.execute("update chunks set has_snapshot = null")
    earlier.close()
    assert [chunk["has_snapshot"] for chunk in recorder.replay()["chunks"]] == [None]


def test_a_chunk_that_a_browser_has_is_not_sent_again_to_whom_it_may_be_shown(recorder: Recorder) -> None:
    recorder.send(recorder.events())
    path = "/projects/shop/sessions/s/replay/chunks/0"
    first = recorder.owner.get(path)
    assert first.headers["cache-control"] == "private, no-cache"
    has = {"If-None-Match": first.headers["etag"]}
    again = recorder.owner.get(path, headers=has)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert recorder.owner.get(path, headers={"If-None-Match": '"other"'}).json() == first.json()
    vera = recorder.world.join(recorder.world.member("vera"), "shop", "viewer")
    assert vera.get(path, headers=has).status_code == 403
    assert recorder.world.nobody.get(path, headers=has).status_code == 401
    recorder.world.app.replays.remove(1, ["s"])
    assert recorder.owner.get(path, headers=has).status_code == 404


def test_pages_as_visitors_saw_them_are_found_again(recorder: Recorder) -> None:
    now = recorder.now_ms()
    page = [META | {"timestamp": now}, SNAPSHOT | {"timestamp": now + 1}]
    recorder.send(page, 7, visitor_id="v")
    asked = {"path": "/pricing"}
    found = recorder.owner.get("/projects/shop/heatmaps/page", params=asked).json()["data"]
    assert (found["session_id"], found["index"], found["position"], found["width"]) == ("s", 7, 1, 1200)
    asked = {"path": "/pricing", "min_width": "1201"}
    assert recorder.owner.get("/projects/shop/heatmaps/page", params=asked).json()["data"] is None


def test_a_page_nobody_was_recorded_on_in_the_range_is_shown_as_it_was_before_else_after(recorder: Recorder) -> None:
    noon = recorder.world.clock.now // 1000
    for index, hours in enumerate((-20, -10, 20)):
        at = noon + hours * 3_600_000
        recorder.send([META | {"timestamp": at}, SNAPSHOT | {"timestamp": at + 1}], index, visitor_id="v")

    def seen(day: str) -> int:
        asked = {"path": "/pricing", "start_date": day, "end_date": day}
        index: int = recorder.owner.get("/projects/shop/heatmaps/page", params=asked).json()["data"]["index"]
        return index

    assert [seen("2026-11-21"), seen("2026-11-22"), seen("2026-11-23")] == [0, 1, 2]
    assert [seen("2026-11-20"), seen("2026-11-24")] == [2, 2]


NO_SESSION = "session_id: expected 1 to 256 characters"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"session": ""}, NO_SESSION),
        ({"session": "s" * 257}, NO_SESSION),
        ({"visitor_id": "v" * 257}, "visitor_id: expected"),
        ({"index": None}, "index: expected a whole number from 0 to 9999"),
        ({"index": "-1"}, "index: expected"),
        ({"index": "10000"}, "index: expected"),
        ({"index": "1.5"}, "index: expected"),
        ({"index": "٣"}, "index: expected"),
    ],
)
def test_refuses_a_place_that_is_none(recorder: Recorder, query: dict[str, Any], says: str) -> None:
    status, code, message = error(recorder.send(recorder.events(), **query))
    assert (status, code) == (400, "VALIDATION_ERROR")
    assert message.startswith(says)
    assert recorder.sessions() == []


WHOLE = gzip.compress(b'[{"type":3,"timestamp":1}]' * 1, mtime=0)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "no JSON"),
        (b"[]", "empty"),
        (b"{}", "no array of rrweb events"),
        (b'{"type":3,"timestamp":1}', "no array of rrweb events"),
        (b"[1]", "no array of rrweb events"),
        (b'[{"type":"3","timestamp":1}]', "no array of rrweb events"),
        (b'[{"type":3}]', "no array of rrweb events"),
        (b'[{"type":-1,"timestamp":1}]', "no array of rrweb events"),
        (b'[{"type":3,"timestamp":"now"}]', "no array of rrweb events"),
        (b'[{"type":3,"timestamp":1},', "no JSON"),
        (b'[{"type":3,"timestamp":1,"data":"\xff"}]', "UTF-8"),
        (WHOLE[:-9], "cut short"),
        (WHOLE[:12] + b"\xff\xff\xff" + WHOLE[15:], "not valid gzip"),
        (WHOLE + b"more", "behind the body's gzip"),
    ],
)
def test_refuses_what_is_no_recording_and_keeps_nothing_of_it(recorder: Recorder, body: bytes, says: str) -> None:
    status, code, message = error(recorder.send(body))
    assert (status, code) == (400, "VALIDATION_ERROR")
    assert says in message
    assert recorder.sessions() == []


def test_a_bomb_and_a_body_too_large_are_refused(make_world: MakeWorld) -> None:
    recorder = Recorder(make_world(storage__replay_chunk_max_bytes=1024 * 1024))
    bomb = zlib.compressobj(9, wbits=31)
    packed = bomb.compress(b"[" + b" " * 300 * 1024 * 1024) + bomb.flush()
    assert error(recorder.send(packed))[:2] == (413, "PAYLOAD_TOO_LARGE")
    assert error(recorder.send(b"[" + b" " * 1024 * 1024))[:2] == (413, "PAYLOAD_TOO_LARGE")
    assert recorder.sessions() == []


def test_where_the_project_records_nothing_or_nobody_is_known_it_is_refused(recorder: Recorder) -> None:
    client = recorder.world.client
    where = {"session_id": "s", "index": "0"}
    assert error(client.post("/v1/replay", params=where, json=recorder.events()))[:2] == (401, "UNAUTHORIZED")
    recorder.owner.patch("/projects/shop", {"settings": {"events": {"replay": False}}})
    assert error(recorder.send(recorder.events()))[:2] == (403, "FORBIDDEN")


def test_a_nearly_full_disk_refuses_recordings_takes_events_and_says_why_there_is_none(make_world: MakeWorld) -> None:
    recorder = Recorder(make_world(storage__replay_min_free_bytes=1 << 60))
    assert error(recorder.send(recorder.events()))[:2] == (507, "DISK_FULL")
    recorder.track({"type": "page_view"})
    found = recorder.replay()
    assert (found["status"], found["chunks"]) == ("disk_full", [])


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({}, "not_sampled"),
        ({"events": {"replay": False}}, "disabled"),
        ({"sampling": {"replaySampleRate": 0}}, "disabled"),
        ({"sampling": {"replaySampleRate": 0}, "replay": {"mode": "trouble"}}, "not_sampled"),
    ],
)
def test_a_session_without_a_replay_says_why(recorder: Recorder, settings: dict[str, Any], status: str) -> None:
    recorder.track({"type": "page_view"})
    assert recorder.owner.patch("/projects/shop", {"settings": settings}).status_code == 200
    assert recorder.replay()["status"] == status


def test_after_its_days_a_recording_is_gone_from_the_disk_and_its_session_says_so(make_world: MakeWorld) -> None:
    recorder = Recorder(make_world(storage__replay_days=30))
    recorder.track({"type": "page_view"})
    recorder.send(recorder.events(), visitor_id="v")
    recorder.world.clock.forward(20 * DAY / SECOND)
    recorder.track({"type": "page_view"}, session_id="late")
    recorder.send(recorder.events(), 0, "late", visitor_id="v")
    recorder.world.app.expiry.run()
    assert recorder.replay()["status"] == "available"
    recorder.world.clock.forward(11 * DAY / SECOND)
    recorder.world.app.expiry.run()
    assert recorder.replay()["status"] == "expired"
    assert recorder.replay("late")["status"] == "available"
    files = sorted(file.name for file in (recorder.world.folder / "projects" / "1").glob("replay-*.db"))
    assert files == ["replay-2026-12.db"]
    sessions = {session["id"]: session["has_replay"] for session in recorder.sessions(start_date="2026-11-01")}
    assert sessions == {"s": False, "late": True}


def test_a_session_stays_in_one_file_over_the_turn_of_a_month(recorder: Recorder) -> None:
    recorder.send(recorder.events(), 0, visitor_id="v")
    recorder.world.clock.forward(10 * DAY / SECOND)
    recorder.send(recorder.events(), 1, visitor_id="v")
    assert recorder.send(recorder.events(9), 0).json()["data"]["events"] == 3
    assert len(recorder.replay()["chunks"]) == 2


PATHS = ("/sessions/s/replay", "/sessions/s/replay/chunks/0", "/heatmaps/page?path=/pricing")


@pytest.mark.parametrize("path", PATHS)
def test_a_viewer_may_not_watch_and_another_project_is_not_there(recorder: Recorder, path: str) -> None:
    recorder.send(recorder.events(), visitor_id="v")
    viewer = recorder.world.join(recorder.world.member("vera"), "shop", "viewer")
    stranger = recorder.world.member("stan")
    recorder.world.project(stranger, "other", "Other")
    assert error(viewer.get(f"/projects/shop{path}"))[:2] == (403, "FORBIDDEN")
    assert error(stranger.get(f"/projects/shop{path}"))[:2] == (404, "NOT_FOUND")
    assert error(recorder.world.nobody.get(f"/projects/shop{path}"))[:2] == (401, "UNAUTHORIZED")
    if "sessions" in path:
        assert error(stranger.get(f"/projects/other{path}"))[:2] == (404, "NOT_FOUND")


def test_a_chunk_that_is_not_there_is_not_found(recorder: Recorder) -> None:
    recorder.send(recorder.events(), visitor_id="v")
    owner: Person = recorder.owner
    assert error(owner.get("/projects/shop/sessions/s/replay/chunks/1"))[:2] == (404, "NOT_FOUND")
    assert error(owner.get("/projects/shop/sessions/none/replay"))[:2] == (404, "NOT_FOUND")


def test_with_a_project_its_recordings_go(recorder: Recorder) -> None:
    recorder.send(recorder.events(), visitor_id="v")
    assert recorder.owner.delete("/projects/shop").status_code == 200
    assert not list(recorder.world.folder.glob("projects/*/replay-*"))
