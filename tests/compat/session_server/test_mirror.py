"""A timed session is a visit like any other, whatever happens in between."""

from collections.abc import Callable
from typing import Any

import pytest

from gosight.compat.session_server.mirror import Mirror
from gosight.events import EventFiles, Submission
from gosight.kit.errors import Unavailable
from tests.compat.session_server.asked import Timing, at, by
from tests.world import Person, StoppedClock, World


def waiting(world: World) -> int:
    rows = world.app.file.all("select count(*) as number from timed_mirror", into=dict[str, int])
    return rows[0]["number"]


def visit(owner: Person, session: str) -> Any:
    answer = owner.get(f"/projects/shop/sessions/{session}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_it_stands_in_the_list_on_the_timeline_and_in_the_overview(world: World, owner: Person, olga: Timing) -> None:
    id_ = olga.told(("start", at(-60)), ("pause", at(-40)), ("resume", at(-30)), ("end", at(0)))
    (item,) = owner.get("/projects/shop/sessions").json()["data"]
    assert (item["id"], item["user_id"], item["started_at"]) == (id_, "ann", "2026-11-22T11:00:00Z")
    assert item["duration_ms"] == 3_600_000
    timeline = owner.get("/projects/shop/visitors/user:ann/timeline").json()["data"]
    assert {entry["type"] for entry in timeline} >= {"session_start", "session_end"}
    overview = owner.get("/projects/shop/overview").json()["data"]
    assert overview["summary"]["sessions"] == 1


def test_a_page_belongs_to_the_session_that_goes_on(world: World, owner: Person, olga: Timing) -> None:
    id_ = olga.start(time=at(-10))
    olga.call("pages/track", user="ann", page="/dashboard", timespent=120)
    olga.call("pages/track", user="bob", page="/profile", timespent=30)
    sessions = {item["user_id"]: item for item in owner.get("/projects/shop/sessions").json()["data"]}
    assert sessions["ann"]["id"] == id_
    assert (sessions["ann"]["duration_ms"], sessions["bob"]["duration_ms"]) == (600_000, 30_000)
    (page,) = visit(owner, id_)["pages"]
    assert (page["path"], page["time_on_page_ms"], page["entered_at"]) == (
        "/dashboard",
        120_000,
        "2026-11-22T11:58:00Z",
    )


def test_what_has_arrived_is_forgotten_by_the_job(world: World, olga: Timing) -> None:
    olga.told(("start", at(0)), ("end", at(1)))
    assert waiting(world) == 2
    world.app.timed.mirror.catch_up()
    assert waiting(world) == 0


@pytest.fixture
def broken(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The events can't be written, until this is called."""

    def submit(self: EventFiles, number: int, submission: Submission) -> bool:
        raise Unavailable("no")

    monkeypatch.setattr(EventFiles, "submit", submit)
    return monkeypatch.undo


def test_what_could_not_be_mirrored_is_acknowledged_and_comes_later(
    world: World, owner: Person, olga: Timing, broken: Callable[[], None]
) -> None:
    id_ = olga.told(("start", at(-5)), ("end", at(-1)))
    world.app.timed.mirror.catch_up()
    assert waiting(world) == 2
    broken()
    world.app.timed.mirror.catch_up()
    world.app.timed.mirror.catch_up()
    assert waiting(world) == 0
    assert visit(owner, id_)["duration_ms"] == 240_000


def test_after_a_crash_it_is_handed_over_again_and_counts_once(world: World, owner: Person, olga: Timing) -> None:
    """The process ends after the writer's commit and before the batch is removed."""
    id_ = olga.told(("start", at(-5)), ("pause", at(-4)), ("end", at(-1)))
    app = world.app
    before = visit(owner, id_)
    reborn = Mirror(app.file, app.files, app.intake, app.control.directory)
    assert waiting(world) == 3
    reborn.catch_up()
    assert waiting(world) == 0
    assert visit(owner, id_) == before
    assert owner.get("/projects/shop/visitors/user:ann").json()["data"]["sessions"] == 1


def test_what_is_closed_shows_so(world: World, owner: Person, clock: StoppedClock) -> None:
    keyed = by(world.key(owner, "shop", "admin"), world)
    id_ = keyed.told(("start", at(0)), ("pause", at(10)))
    clock.forward(25 * 3_600)
    world.app.timed.close_left(world.app.control.directory)
    world.app.timed.mirror.catch_up()
    reader = world.key(world.sign_in(owner.id, owner.email), "shop", "read")
    assert visit(reader, id_)["duration_ms"] == 600_000


def test_a_project_that_is_deleted_leaves_nothing_behind(world: World, owner: Person, olga: Timing) -> None:
    olga.start()
    assert owner.delete("/projects/shop").status_code == 200
    assert waiting(world) == 0
    world.app.timed.mirror.catch_up()
