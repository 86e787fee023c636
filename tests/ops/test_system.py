"""How the product runs, as the dashboard's page shows it: who may see what, and that the figures are right."""

from typing import Any

import pytest

from gosight import __version__
from gosight.kit.meters import INGESTION_BOUNDS, Meters, Spread
from gosight.ops import history as kept
from gosight.ops import vitals
from gosight.ops.history import History, Reach
from gosight.ops.vitals import Vitals
from tests.compat.track.tracking import VIEW, Tracker
from tests.world import Person, StoppedClock, World, error, noon

PATH = "/projects/shop/system"


class Machine:
    """One that is told what it has."""

    def __init__(self) -> None:
        self.cpu_seconds = 0.0
        self.memory = 100
        self.free = 1_000

    def look(self) -> Vitals:
        return Vitals(
            memory_bytes=self.memory,
            cpu_seconds=self.cpu_seconds,
            database_memory_bytes=50,
            open_files=7,
            waiting=2,
            disk_free_bytes=self.free,
        )


class Kept:
    """A history of hand-made meters."""

    def __init__(self) -> None:
        self.clock = StoppedClock(noon())
        self.meters = Meters()
        self.machine = Machine()
        self.history = History(self.meters, self.machine.look, self.clock)

    def pass_by(self, steps: int = 1, seconds: float = 15) -> None:
        for _ in range(steps):
            self.clock.forward(seconds)
            self.history.sample()

    def views(self, reach: Reach = Reach.hour, project: str = "shop") -> list[float]:
        return self.history.course(reach, project).counts("received", "page_view")


@pytest.fixture
def hand() -> Kept:
    return Kept()


def told(person: Person, query: str = "") -> Any:
    answer = person.get(f"{PATH}{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def line(lines: list[dict[str, Any]], name: str) -> list[float]:
    found: list[float] = next(each["values"] for each in lines if each["name"] == name)
    return found


def test_before_the_first_step_nothing_is_known_but_since_when(owner: Person) -> None:
    found = told(owner)
    assert (found["since"], found["range"], found["step_seconds"]) == ("2026-11-22T12:00:00Z", "1h", 15)
    assert found["times"] == []
    assert found["ingestion"] == {"received": [], "rejected": [], "latency_p50_ms": [], "latency_p99_ms": []}
    assert found["projects"] == [
        {"id": "shop", "name": "Shop", "events": 0, "events_per_minute": 0, "rejected": 0, "queries": 0}
    ]


def test_figures_of_a_step(world: World, owner: Person) -> None:
    meters = world.app.meters
    meters.took_in("shop", ["page_view"] * 20 + ["click"] * 10, 0.004)
    meters.drop("shop", "invalid", 3)
    for _ in range(4):
        meters.query("shop", "ok", 0.04)
    meters.query("shop", "refused", 0.04)
    meters.question("shop", "catalogue", 99)
    meters.took_in("other", ["scroll"], 0.1)
    world.clock.forward(15)
    world.app.history.sample()
    world.clock.forward(15)
    world.app.history.sample()
    found = told(owner)
    assert found["times"] == ["2026-11-22T12:00:15Z", "2026-11-22T12:00:30Z"]
    ingestion, queries = found["ingestion"], found["queries"]
    assert [each["name"] for each in ingestion["received"]] == ["page_view", "click"]
    assert line(ingestion["received"], "page_view") == [pytest.approx(20 / 15, abs=0.001), 0]
    assert line(ingestion["rejected"], "invalid") == [0.2, 0]
    assert ingestion["latency_p50_ms"] == [pytest.approx(3.75), None]
    assert line(queries["sql"], "ok") == [16, 0]
    assert line(queries["sql"], "refused") == [4, 0]
    assert line(queries["ai"], "catalogue") == [4, 0]
    assert queries["sql_p99_ms"] == [pytest.approx(49.75), None]
    assert queries["ai_p50_ms"] == [30_000, None]
    assert found["projects"] == [
        {"id": "shop", "name": "Shop", "events": 30, "events_per_minute": 60, "rejected": 3, "queries": 6}
    ]
    server = found["server"]
    assert (server["version"], server["uptime_seconds"]) == (__version__, 30)
    assert len(server["memory_bytes"]) == 2
    assert min(server["memory_bytes"][0], server["open_files"][0], server["disk_free_bytes"][0]) > 0


def test_what_is_sent_is_what_is_shown(world: World, owner: Person) -> None:
    Tracker(world, owner).batch(VIEW, VIEW, {**VIEW, "event_type": "evil{label"}, {**VIEW, "event_type": ""})
    owner.post("/projects/shop/sql", {"query": "select 1"})
    world.clock.forward(15)
    world.app.history.sample()
    found = told(owner)
    assert {each["name"] for each in found["ingestion"]["received"]} == {"page_view", "custom"}
    assert [each["name"] for each in found["ingestion"]["rejected"]] == ["invalid"]
    assert found["projects"][0]["events"] == 3


@pytest.mark.parametrize(
    ("role", "sees_server"), [("owner", True), ("admin", True), ("member", False)], ids=["owner", "admin", "member"]
)
def test_the_server_is_for_owners_and_admins(world: World, owner: Person, role: str, sees_server: bool) -> None:
    person = world.join(world.member("mia"), "shop", role)
    assert (told(person)["server"] is not None) is sees_server


def test_keys_that_read_see_their_project_alone(world: World, owner: Person) -> None:
    world.project(owner, "other")
    for permission, sees_server in (("read", False), ("admin", True)):
        found = told(world.key(owner, "shop", permission))
        assert [each["id"] for each in found["projects"]] == ["shop"]
        assert (found["server"] is not None) is sees_server
    assert error(world.key(owner, "shop", "write").get(PATH))[0] == 403


def test_a_viewer_is_told_what_is_missing(world: World, owner: Person) -> None:
    viewer = world.join(world.member("vera"), "shop", "viewer")
    status, code, message = error(viewer.get(PATH))
    assert (status, code) == (403, "FORBIDDEN")
    assert "system.read" in message


def test_projects_side_by_side_are_those_that_one_may_see_this_of(world: World, owner: Person) -> None:
    for id_ in ("other", "seen", "foreign"):
        world.project(owner, id_)
        world.app.meters.took_in(id_, ["click"], 0.01)
    mia = world.member("mia")
    for id_, role in (("shop", "member"), ("other", "member"), ("seen", "viewer")):
        world.join(mia, id_, role)
    world.clock.forward(60)
    world.app.history.sample()
    assert [(each["id"], each["events_per_minute"]) for each in told(mia)["projects"]] == [("shop", 0), ("other", 1)]
    assert error(mia.get("/projects/foreign/system"))[:2] == (404, "NOT_FOUND")


def test_a_project_of_a_name_that_was_free_again_begins_with_nothing(world: World, owner: Person) -> None:
    world.app.meters.took_in("shop", ["click"], 0.01)
    world.clock.forward(15)
    world.app.history.sample()
    assert told(owner)["projects"][0]["events"] == 1
    assert owner.delete("/projects/shop").status_code == 200
    world.clock.forward(1)
    mia = world.member("mia")
    world.project(mia)
    found = told(mia)
    assert found["projects"][0]["events"] == 0
    assert found["ingestion"]["received"] == []


@pytest.mark.parametrize("range_", ["2h", "", "24H", "1h%00"], ids=["unknown", "empty", "upper case", "with a zero"])
def test_another_range_is_400_with_its_field(owner: Person, range_: str) -> None:
    answer = owner.get(f"{PATH}?range={range_}")
    assert error(answer)[:2] == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"]["field"] == "range"


def test_longer_ranges_have_steps_of_5_minutes_and_the_one_that_goes_on(hand: Kept) -> None:
    for _ in range(25):
        hand.meters.took_in("shop", ["page_view"], 0.004)
        hand.pass_by()
    course = hand.history.course(Reach.six_hours, "shop")
    assert course.step_seconds == 300
    assert [step.seconds for step in course.steps] == [300, 75]
    assert course.counts("received", "page_view") == [20, 5]
    assert course.latency("ingestion", 0.5) == [pytest.approx(3.75)] * 2
    assert hand.views() == [1] * 25


def test_an_hour_has_240_steps_and_a_day_288(hand: Kept) -> None:
    for _ in range(24 * 240 + 40):
        hand.meters.took_in("shop", ["page_view"], 0.004)
        hand.pass_by()
    assert hand.views() == [1] * 240
    assert hand.views(Reach.six_hours) == [20] * 72
    assert hand.views(Reach.day) == [20] * 288
    hand.pass_by(24 * 240 + 40)
    assert hand.views(Reach.day) == [0] * 288
    assert hand.history._projects == {}


def test_a_late_step_is_as_long_as_it_was(hand: Kept) -> None:
    hand.machine.cpu_seconds = 15
    hand.meters.took_in("shop", ["page_view"] * 60, 0.004)
    hand.pass_by(seconds=60)
    course = hand.history.course(Reach.hour, "shop")
    assert course.steps[0].seconds == 60
    assert course.loads[0].cpu_percent == 25


def test_a_sum_that_went_down_began_anew(hand: Kept) -> None:
    hand.meters.took_in("shop", ["page_view"] * 5, 0.004)
    hand.pass_by()
    hand.meters.received.clear()
    hand.meters.ingestion["shop"] = Spread(INGESTION_BOUNDS)
    hand.meters.took_in("shop", ["page_view"] * 2, 0.4)
    hand.pass_by()
    assert hand.views() == [5, 2]


def test_a_clock_that_is_set_back_begins_the_history_anew(hand: Kept) -> None:
    hand.meters.took_in("shop", ["page_view"], 0.004)
    hand.pass_by(3)
    hand.clock.forward(-600)
    hand.history.sample()
    assert hand.views() == []
    hand.pass_by()
    course = hand.history.course(Reach.hour, "shop")
    assert course.since == hand.clock() - 15_000_000
    assert hand.views() == [0]


def test_a_longer_step_tells_of_the_worst_in_it(hand: Kept) -> None:
    for memory, free in ((100, 900), (300, 500), (200, 800)):
        hand.machine.memory, hand.machine.free = memory, free
        hand.pass_by()
    course = hand.history.course(Reach.day, "shop")
    assert (course.loads[0].memory_bytes, course.loads[0].disk_free_bytes) == (300, 500)


def test_what_nobody_foresaw_is_other(hand: Kept) -> None:
    hand.meters.drop("shop", "eaten", 2)
    hand.pass_by()
    assert hand.history.course(Reach.hour, "shop").counts("dropped", "other") == [2]


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> Kept:
    """A history with room for three projects."""
    monkeypatch.setattr(kept, "PROJECTS", 3)
    return Kept()


def test_of_too_many_projects_the_quietest_gives_way(three: Kept) -> None:
    for name in "abcd":
        three.meters.took_in(name, ["page_view"], 0.004)
        three.pass_by()
    assert sorted(three.history._projects) == ["b", "c", "d"]
    assert three.views(project="a") == [0] * 4
    assert three.views(project="d") == [0, 0, 0, 1]


def test_of_too_many_busy_projects_none_takes_anothers_place(three: Kept) -> None:
    for _ in range(2):
        for name in "abcd":
            three.meters.took_in(name, ["page_view"], 0.004)
        three.pass_by()
    assert sorted(three.history._projects) == ["a", "b", "c"]


def test_a_project_takes_as_much_as_is_written(hand: Kept) -> None:
    hand.meters.took_in("shop", ["page_view"], 0.004)
    hand.pass_by()
    project = hand.history._projects["shop"]
    taken = sum(len(ring._cells) * ring._cells.itemsize for ring in (project.fine, project.coarse))
    assert taken == 67_584
    assert taken * kept.PROJECTS < 7_000_000


def test_the_machine_is_looked_at(world: World) -> None:
    seen = vitals.look(world.folder, world.app.engine.memory_bytes, lambda: world.app.files.load().waiting)
    assert seen.memory_bytes > 10_000_000
    assert seen.cpu_seconds > 0
    assert seen.open_files > 2
    assert seen.disk_free_bytes > 0
    assert seen.waiting == 0
