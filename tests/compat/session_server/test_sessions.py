"""Steps over HTTP: what they answer, what they refuse, what two at once leave."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from tests.compat.session_server.asked import Timing, at, by, by_token, refused, secret, signed
from tests.world import Person, StoppedClock, World

SOME_ID = "00000000-0000-4000-8000-000000000000"


def test_the_contracts_own_story(olga: Timing) -> None:
    answer = olga.call("sessions/start", user="username", time="2024-01-01T12:00:00.000Z", status="active")
    body = answer.json()
    id_ = body["data"]["session_id"]
    assert str(UUID(id_)) == id_
    assert body == {
        "status": "success",
        "message": "Session started successfully",
        "data": {
            "session_id": id_,
            "user": "username",
            "start_time": "2024-01-01T12:00:00.000Z",
            "status": "active",
        },
    }
    assert olga.step("pause", id_, "2024-01-01T12:30:00.000Z", "username").json() == {
        "status": "success",
        "message": "Session paused successfully",
        "data": {"session_id": id_, "status": "paused", "pause_time": "2024-01-01T12:30:00.000Z"},
    }
    assert olga.step("resume", id_, "2024-01-01T13:45:00.000+01:00", "username").json() == {
        "status": "success",
        "message": "Session resumed successfully",
        "data": {"session_id": id_, "status": "active", "resume_time": "2024-01-01T12:45:00.000Z"},
    }
    assert olga.step("end", id_, "2024-01-01T13:00:00.000Z", "username").json() == {
        "status": "success",
        "message": "Session ended successfully",
        "data": {
            "session_id": id_,
            "status": "ended",
            "end_time": "2024-01-01T13:00:00.000Z",
            "total_duration": "01:00:00",
            "active_duration": "00:45:00",
        },
    }


def test_a_session_of_many_days_has_hours_beyond_99(olga: Timing) -> None:
    id_ = olga.start(time="2024-01-01T00:00:00Z")
    answer = olga.step("end", id_, "2024-01-05T16:00:01Z")
    assert answer.json()["data"]["total_duration"] == "112:00:01"


@pytest.mark.parametrize(
    ("before", "step", "minute", "says"),
    [
        (["start"], "resume", 5, "is active since 2026-11-22T12:00:00.000Z: it cannot resume"),
        (["start", "pause"], "pause", 5, "is paused since 2026-11-22T12:01:00.000Z: it cannot pause"),
        (["start", "end"], "end", 1, "is ended since 2026-11-22T12:01:00.000Z: it cannot end"),
        (["start", "end"], "pause", 5, "is ended since"),
        (["start", "pause", "end"], "resume", 5, "is ended since"),
        (["start", "pause"], "resume", 0.5, "a step at 2026-11-22T12:00:30.000Z lies before that"),
        (["start"], "end", -1, "lies before that"),
    ],
    ids=[
        "resume without pause",
        "pause twice",
        "end twice",
        "pause after the end",
        "resume after the end",
        "resume before the pause",
        "end before the start",
    ],
)
def test_a_step_that_does_not_follow_changes_nothing(
    olga: Timing, before: list[str], step: str, minute: float, says: str
) -> None:
    id_ = olga.told(*[(name, at(number)) for number, name in enumerate(before)])
    shown = olga.figures("sessions/session-timeline-detail")
    status, message, details = refused(olga.step(step, id_, at(minute)))
    assert (status, details) == (409, "CONFLICT")
    assert says in message
    assert olga.figures("sessions/session-timeline-detail") == shown


def test_a_session_can_end_while_it_is_paused(olga: Timing) -> None:
    id_ = olga.told(("start", at(0)), ("pause", at(10)))
    data = olga.step("end", id_, at(30)).json()["data"]
    assert (data["total_duration"], data["active_duration"]) == ("00:30:00", "00:10:00")


@pytest.mark.parametrize("id_", [SOME_ID, "nonsense", "", "x" * 500], ids=["unknown", "no uuid", "empty", "long"])
def test_an_unknown_session_is_404(olga: Timing, id_: str) -> None:
    assert refused(olga.step("pause", id_, at(1)))[0] == 404


def test_somebody_elses_session_is_403_and_stays_as_it_is(world: World, olga: Timing) -> None:
    key = secret(world)
    ann, bob = by_token(world, signed(key, "ann")), by_token(world, signed(key, "bob"))
    id_ = ann.start("ann")
    assert refused(bob.step("end", id_, at(1), "bob"))[0] == 403
    assert refused(bob.step("end", id_, at(1), "ann"))[0] == 403
    assert ann.step("end", id_, at(1)).status_code == 200


def test_a_session_of_another_app_is_404(world: World, owner: Person, olga: Timing) -> None:
    world.project(owner, "other")
    id_ = by(owner, world, "other").start()
    assert refused(olga.step("end", id_, at(1)))[0] == 404


def test_the_app_may_be_named_by_its_slug(world: World, owner: Person) -> None:
    slug = owner.get("/projects/shop").json()["data"]["slug"]
    by(owner, world, slug).start()


@pytest.mark.parametrize(
    ("path", "change", "field"),
    [
        ("start", {"user": None}, "user"),
        ("start", {"user": 7}, "user"),
        ("start", {"user": ""}, "user"),
        ("start", {"user": "all"}, "user"),
        ("start", {"user": "x" * 201}, "user"),
        ("start", {"user": "a\nb"}, "user"),
        ("start", {"user": " ann"}, "user"),
        ("start", {"time": None}, "time"),
        ("start", {"time": 1_704_110_400}, "time"),
        ("start", {"time": "2024-01-01T12:00:00"}, "time"),
        ("start", {"time": "2026-11-23T12:00:00.001Z"}, "time"),
        ("start", {"status": "paused"}, "status"),
        ("start", {"app": None}, "app"),
        ("pause", {"session_id": None}, "session_id"),
        ("end", {"session_id": 7}, "session_id"),
    ],
)
def test_what_is_wrong_is_422_with_its_field(olga: Timing, path: str, change: dict[str, Any], field: str) -> None:
    body = {"user": "ann", "time": at(), "session_id": SOME_ID, "app": "shop"} | change
    body = {name: value for name, value in body.items() if value is not None}
    answer = olga.world.client.post(f"/api/sessions/{path}", json=body, headers=olga.headers)
    status, message, details = refused(answer)
    assert (status, details) == (422, field)
    assert message.startswith(f"{field}: ")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"app": "\\ud800"}', b"\xff"])
def test_a_body_that_cannot_be_read_is_422(olga: Timing, body: bytes) -> None:
    answer = olga.world.client.post("/api/sessions/start", content=body, headers=olga.headers)
    assert refused(answer)[0] == 422


def test_half_a_pair_is_no_user(olga: Timing) -> None:
    body = f'{{"app": "shop", "user": "\\ud800", "time": "{at()}"}}'.encode()
    answer = olga.world.client.post("/api/sessions/start", content=body, headers=olga.headers)
    assert refused(answer)[0] == 422


def test_of_the_same_step_many_times_at_once_one_is_taken(olga: Timing) -> None:
    id_ = olga.start()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: olga.step("pause", id_, at(1)).status_code, range(16)))
    assert sorted(answers) == [200] + [409] * 15


def test_whatever_comes_at_once_leaves_one_history(olga: Timing) -> None:
    id_ = olga.start()
    wishes = [("pause", 1), ("resume", 2), ("pause", 3), ("end", 4), ("resume", 1), ("end", 2)] * 3
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda wish: olga.step(wish[0], id_, at(wish[1])).status_code, wishes))
    assert set(answers) <= {200, 409}
    (item,) = olga.figures("sessions/session-timeline-detail")["data"]["detailed_timeline"]
    taken = [event["type"] for event in item["events"]]
    times = [event["timestamp"] for event in item["events"]]
    assert len(taken) == 1 + answers.count(200)
    assert times == sorted(times)
    assert taken[-1] == "end"
    assert taken[1:-1] == ["pause", "resume"] * ((len(taken) - 2) // 2) + ["pause"] * (len(taken) % 2)


def test_what_nobody_ends_is_closed_and_marked(world: World, owner: Person, clock: StoppedClock) -> None:
    olga = by(world.key(owner, "shop", "admin"), world)
    left = olga.told(("start", at(0)), ("pause", at(10)), ("resume", at(20)))
    kept = olga.start("bob")
    clock.forward(24 * 3_600 - 1)
    assert olga.step("pause", kept, at(30), "bob").status_code == 200
    clock.forward(2)
    world.app.timed.close_left(world.app.control.directory)
    first, second = olga.figures("sessions/timeline")["data"]["timeline"]
    assert (first["session_id"], first["status"], first["closed_by"]) == (left, "ended", "timeout")
    assert (first["end_time"], first["duration"], first["active_duration"]) == (at(20), "00:20:00", "00:10:00")
    assert (second["session_id"], second["status"], second["closed_by"]) == (kept, "paused", None)
    assert "ended by a time-out since" in refused(olga.step("end", left, at(40)))[1]


def test_when_it_is_closed_is_a_setting(world: World, owner: Person, clock: StoppedClock) -> None:
    olga = by(world.key(owner, "shop", "admin"), world)
    owner.patch("/projects/shop", {"settings": {"timed_session_timeout_hours": 2}})
    olga.start()
    for hours, state in ((1.9, "active"), (0.2, "ended")):
        clock.forward(hours * 3_600)
        world.app.timed.close_left(world.app.control.directory)
        assert olga.figures("sessions/timeline")["data"]["timeline"][0]["status"] == state
