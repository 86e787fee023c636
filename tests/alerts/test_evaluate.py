"""Rules are judged from the store, whatever happens between two looks."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gosight.alerts import metrics
from gosight.alerts.metrics import Windows
from gosight.alerts.model import Condition
from gosight.kit import bus
from gosight.kit.clock import SECOND, iso_of
from gosight.store.duck import Cursor
from tests.alerts.watched import HOOK, Watched, condition
from tests.conftest import MakeWorld
from tests.world import StoppedClock, error, noon, opened

DAY, HOUR = 86_400, 3_600


def test_a_rule_fires_once_and_is_resolved(shop: Watched) -> None:
    rule = shop.rule(channels=[HOOK], condition=condition(threshold=2))
    shop.fail(3)
    for _ in range(4):
        shop.look()
    (fired,) = shop.history()
    assert fired | {"id": ""} == {
        "id": "",
        "rule_id": rule["id"],
        "rule_name": "Errors",
        "triggered_at": "2026-11-22T12:00:30Z",
        "resolved_at": None,
        "ended": None,
        "metric_value": 3,
        "threshold": 2,
        "condition": condition(threshold=2),
        "context": {"affected_sessions": 1, "window": "5m"},
    }
    assert fired["id"].startswith("hist_")
    (now,) = shop.rules()
    assert (now["state"], now["last_triggered"]) == ("firing", "2026-11-22T12:00:30Z")
    assert now["firing"] == [{"group": {}, "triggered_at": "2026-11-22T12:00:30Z"}]
    shop.look(5 * 60)
    (over,) = shop.history()
    assert over["resolved_at"] == "2026-11-22T12:05:00Z", "the first window that none of the errors is in"
    assert over["ended"] == "resolved"
    assert shop.rules()[0]["state"] == "quiet"
    assert shop.messages() == ["Shop: Errors", "Resolved: Shop: Errors"]


def test_whoever_listens_hears_of_it(shop: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[int, str, str, object]] = []
    monkeypatch.setattr(
        shop.world.app.bus,
        "publish",
        lambda number, to, message: heard.append((number, to, message.type, message.data)),
    )
    rule = shop.rule()
    shop.fail(3)
    shop.look()
    told = {"rule_id": rule["id"], "rule_name": "Errors", "metric_value": 3, "group": {}}
    assert heard == [(1, bus.ALERTS, "alert.triggered", told)]


def test_a_quiet_resolution_can_be_wished_for(shop: Watched) -> None:
    shop.rule(channels=[HOOK], notify_resolved=False)
    shop.fail(3)
    shop.look()
    shop.look(600)
    assert shop.history()[0]["ended"] == "resolved"
    assert shop.messages() == ["Shop: Errors"]


def test_it_does_not_fire_again_within_its_cooldown_which_counts_from_when_it_fired(shop: Watched) -> None:
    shop.rule(cooldown_mins=10, condition=condition(window="1m"))
    shop.fail(3)
    shop.look()
    shop.look(60)
    assert shop.history()[0]["resolved_at"] is not None
    shop.fail(3)
    shop.look()
    assert len(shop.history()) == 1
    shop.look(480)
    shop.fail(3)
    shop.look()
    assert [row["triggered_at"] for row in shop.history()] == ["2026-11-22T12:10:30Z", "2026-11-22T12:00:30Z"]


def test_what_still_holds_when_the_cooldown_is_over_fires_then(shop: Watched) -> None:
    shop.rule(cooldown_mins=10, condition=condition(window="1m"))
    shop.fail(3)
    shop.look()
    for minute in range(12):
        shop.look(60)
        if minute > 2:
            shop.fail(5, session=f"s{minute}")
    assert shop.history()[0]["triggered_at"] == "2026-11-22T12:10:30Z"


def test_windows_that_nobody_looked_at_are_judged_afterwards(shop: Watched) -> None:
    shop.rule(channels=[HOOK], condition=condition(window="5m"))
    shop.look()
    shop.clock.forward(20 * 60)
    shop.fail(3, ago=901)
    shop.look(0)
    (fired,) = shop.history()
    assert (fired["triggered_at"], fired["resolved_at"]) == ("2026-11-22T12:05:30Z", "2026-11-22T12:10:30Z")
    assert shop.messages() == ["Shop: Errors"], "one message says that it came and went"


def test_after_a_long_absence_the_last_day_is_judged_and_no_more(shop: Watched) -> None:
    shop.rule(condition=condition(window="1h"), cooldown_mins=0)
    shop.look()
    shop.clock.forward(3 * DAY)
    shop.fail(3, ago=2 * DAY)
    shop.fail(3, ago=10 * HOUR, session="s2")
    shop.look(0)
    assert [row["triggered_at"][:13] for row in shop.history()] == ["2026-11-25T02"]


def test_an_event_that_comes_late_still_fires(shop: Watched) -> None:
    shop.rule(condition=condition(window="1m"))
    for _ in range(6):
        shop.look()
    shop.fail(3, ago=100)
    shop.look()
    (fired,) = shop.history()
    assert (fired["triggered_at"], fired["resolved_at"]) == ("2026-11-22T12:01:30Z", "2026-11-22T12:02:30Z")


STEPS = st.lists(st.sampled_from([1, 7, 29, 30, 31, 45, 60, 90, 240, 600, 1_800]), max_size=25)
EVENTS = st.lists(st.integers(1, 2_400), min_size=1, max_size=6, unique=True)


@settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, events=EVENTS, restart=st.integers(0, 24), window=st.sampled_from(["1m", "5m", "20m"]))
def test_it_makes_no_difference_when_it_is_looked_nor_when_it_is_restarted(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int], events: list[int], restart: int, window: str
) -> None:
    """Against a model that judges every half minute as it comes."""
    clock = StoppedClock(noon())
    folder = tmp_path_factory.mktemp("looks")
    with opened(folder, clock) as world:
        owner = world.member("olga")
        world.project(owner)
        shop = Watched(world, owner)
        shop.rule(condition=condition(threshold=0, window=window), cooldown_mins=5, channels=[HOOK])
        for at in events:
            shop.outage(at, times=1)
        for step in steps[:restart]:
            shop.look(step)
    with opened(folder, clock) as world:
        shop = Watched(world, world.sign_in(owner.id, owner.email))
        for step in steps[restart:]:
            shop.look(step)
        end = max(noon() + 3_600 * SECOND, clock.now)
        shop.look((end - clock.now) / SECOND)
        told = [(row["triggered_at"], row["resolved_at"]) for row in reversed(shop.history())]
    assert told == model(events, {"1m": 60, "5m": 300, "20m": 1_200}[window], (end - noon()) // SECOND)


def model(events: list[int], window: int, until: int) -> list[tuple[str, str | None]]:
    """Seconds since noon; cooldown 300."""
    found: list[list[int | None]] = []
    fires, last = False, -1_000
    for mark in range(30, until + 1, 30):
        holds = any(mark - window <= at < mark for at in events)
        if holds and not fires and mark >= last + 300:
            found.append([mark, None])
            fires, last = True, mark
        elif fires and not holds:
            found[-1][1] = mark
            fires = False
    return [(at(since), None if end is None else at(end)) for since, end in found if since is not None]


def at(seconds: int) -> str:
    return iso_of(noon() + seconds * SECOND)


def test_a_restart_misses_nothing_and_tells_nothing_twice(make_world: MakeWorld) -> None:
    world = make_world()
    owner = world.member("olga")
    world.project(owner)
    shop = Watched(world, owner)
    shop.rule(channels=[HOOK])
    shop.fail(3)
    shop.look()
    shop.fail(3, session="s2")
    world.app.close()
    again = make_world()
    shop = Watched(again, again.sign_in(owner.id, owner.email))
    shop.look()
    shop.look(60)
    assert len(shop.history()) == 1
    assert shop.messages() == ["Shop: Errors"]


def test_what_fired_while_the_server_was_down_is_found_at_its_start(make_world: MakeWorld) -> None:
    world = make_world()
    owner = world.member("olga")
    world.project(owner)
    shop = Watched(world, owner)
    shop.rule(condition=condition(window="10m"))
    shop.look()
    shop.fail(3)
    world.app.close()
    shop.clock.forward(HOUR / 2)
    again = make_world()
    shop = Watched(again, again.sign_in(owner.id, owner.email))
    shop.look(0)
    (fired,) = shop.history()
    assert (fired["triggered_at"], fired["resolved_at"]) == ("2026-11-22T12:00:30Z", "2026-11-22T12:10:30Z")


def test_a_clock_that_is_set_back_a_little_is_waited_for(shop: Watched) -> None:
    shop.rule(condition=condition(window="1m"), cooldown_mins=0)
    shop.fail(3)
    shop.look(300)
    assert len(shop.history()) == 1
    shop.look(-240)
    shop.look(30)
    assert len(shop.history()) == 1
    shop.look(240)
    shop.fail(3, session="s2")
    shop.look()
    assert len(shop.history()) == 2


def test_a_clock_that_was_days_ahead_is_judged_by_again(shop: Watched) -> None:
    shop.rule(cooldown_mins=10)
    shop.look()
    shop.look(5 * DAY)
    shop.look(-5 * DAY)
    shop.look()
    shop.fail(3)
    shop.look()
    (fired,) = shop.history()
    assert fired["triggered_at"].startswith("2026-11-22T12:0")


def test_nothing_at_all_is_less_than_one(shop: Watched) -> None:
    shop.rule(condition=condition("sessions", "<", 1, "10m"))
    shop.rule(condition=condition("bounce_rate", "<", 50, "10m"), name="Average of nothing")
    shop.look()
    assert [(row["rule_name"], row["metric_value"]) for row in shop.history()] == [("Errors", 0)]


def test_each_group_fires_for_itself(shop: Watched) -> None:
    shop.rule(channels=[HOOK], condition=condition(group_by=["path", "device"]))
    shop.fail(3, path="/checkout")
    shop.fail(4, path="/cart", session="s2")
    shop.fail(1, path="/", session="s3")
    shop.look()
    contexts = sorted((row["context"]["path"], row["context"]["device"], row["metric_value"]) for row in shop.history())
    assert contexts == [("/cart", "desktop", 4), ("/checkout", "desktop", 3)]
    assert shop.messages() == ["Shop: Errors (/cart, desktop and 1 more)"], "one message names both"
    shop.look(600)
    assert {row["ended"] for row in shop.history()} == {"resolved"}


def test_no_more_than_fifty_groups_fire_and_the_rule_says_so(shop: Watched) -> None:
    shop.rule(condition=condition(threshold=0, group_by=["path"]))
    shop.send(*({"type": "js_error", "ts": shop.at(1), "url": f"https://example.com/{n}", "payload": {"message": "x"}}
                for n in range(60)))  # fmt: skip
    shop.look()
    shop.look()
    assert len(shop.history(per_page=100)) == 50
    (rule,) = shop.rules()
    assert (len(rule["firing"]), rule["groups_cut"]) == (50, 10)


def test_a_change_against_the_day_before(shop: Watched) -> None:
    shop.rule(condition=condition("js_errors", ">", 100, "1h", compare="day_before"))
    shop.fail(2, ago=DAY)
    shop.fail(4, session="s2")
    shop.look()
    assert shop.history() == [], "100 % is not more than 100 %"
    shop.fail(1, session="s2")
    shop.look()
    (fired,) = shop.history()
    assert (fired["metric_value"], fired["threshold"]) == (150, 100)
    assert (fired["context"]["value"], fired["context"]["value_before"]) == (5, 2)


def test_what_fell_silent_has_changed_by_minus_hundred(shop: Watched) -> None:
    shop.fail(2, ago=7 * DAY)
    shop.rule(condition=condition("events", "<=", -50, "1h", compare="week_before"))
    shop.rule(condition=condition("events", ">", -50, "1h", compare="day_before"), name="Nothing before")
    shop.look()
    assert [(row["rule_name"], row["metric_value"]) for row in shop.history()] == [("Errors", -100)]


@pytest.mark.parametrize(
    ("change", "ended"),
    [
        ({"condition": condition(threshold=1)}, "changed"),
        ({"is_active": False}, "paused"),
        (None, "deleted"),
    ],
    ids=["changed", "paused", "deleted"],
)
def test_a_rule_that_goes_while_it_fires_ends_what_fires(shop: Watched, change: object, ended: str) -> None:
    id_ = shop.rule(channels=[HOOK])["id"]
    shop.fail(3)
    shop.look()
    address = f"/projects/shop/alerts/{id_}"
    answer = shop.owner.delete(address) if change is None else shop.owner.patch(address, change)
    assert answer.status_code == 200
    assert [(row["ended"], row["rule_id"]) for row in shop.history()] == [(ended, id_)]
    assert shop.messages() == ["Shop: Errors"], "nobody is told that it got better"


def test_a_name_can_change_while_it_fires(shop: Watched) -> None:
    id_ = shop.rule()["id"]
    shop.fail(3)
    shop.look()
    shop.owner.patch(f"/projects/shop/alerts/{id_}", {"name": "Faults", "cooldown_mins": 5})
    shop.look()
    (rule,) = shop.rules()
    assert (rule["name"], rule["state"], rule["cooldown_mins"]) == ("Faults", "firing", 5)
    assert len(shop.history()) == 1


def test_what_was_paused_begins_anew(shop: Watched) -> None:
    id_ = shop.rule()["id"]
    shop.owner.patch(f"/projects/shop/alerts/{id_}", {"is_active": False})
    shop.fail(3)
    shop.look(1200)
    shop.owner.patch(f"/projects/shop/alerts/{id_}", {"is_active": True})
    shop.look()
    assert shop.history() == []


def test_bots_fire_nothing(shop: Watched) -> None:
    shop.rule(condition=condition("events", ">", 0))
    shop.fail(3, agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
    shop.look()
    assert shop.history() == []


def test_a_project_that_cannot_be_read_holds_up_no_other(
    shop: Watched, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.world.project(shop.owner, id_="blog")
    shop.rule()
    made = shop.owner.post("/projects/blog/alerts", {"name": "Visits", "condition": condition("sessions", "<", 1)})
    assert made.status_code == 201
    real = shop.world.app.alerts._windows

    def windows(number: int, *more: Any) -> Any:
        if number == 1:
            raise RuntimeError("the disk is broken")
        return real(number, *more)

    monkeypatch.setattr(shop.world.app.alerts, "_windows", windows)
    clock.forward(30)
    shop.world.app.alerts.look()
    shop.world.app.alerts._pool.shutdown(wait=True)
    assert len(shop.owner.get("/projects/blog/alerts/history").json()["data"]) == 1
    assert shop.history() == []


def test_projects_without_active_rules_are_not_opened(shop: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = shop.rule()["id"]
    shop.owner.patch(f"/projects/shop/alerts/{id_}", {"is_active": False})
    monkeypatch.setattr(shop.world.app.files, "of", lambda number: pytest.fail("opened"))
    shop.look()


def test_rules_that_ask_the_same_are_read_once(shop: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def read(cursor: Cursor, wanted: Condition, ends: Sequence[int]) -> Windows:
        asked.append(wanted.metric)
        return metrics.read(cursor, wanted, ends)

    monkeypatch.setattr("gosight.alerts.evaluate.read", read)
    for threshold in range(1, 20):
        shop.rule(condition=condition(threshold=threshold), name=f"Errors {threshold}")
    shop.rule(condition=condition("sessions", "<", 1), name="Visits")
    shop.look()
    assert sorted(asked) == ["js_errors", "sessions"]


def test_a_test_says_that_it_is_one(shop: Watched) -> None:
    id_ = shop.rule(channels=[HOOK])["id"]
    answer = shop.owner.post(f"/projects/shop/alerts/{id_}/test")
    assert answer.status_code == 200
    assert [name[:4] for name in answer.json()["data"]["deliveries"]] == ["dlv_"]
    assert shop.messages() == ["Test: Shop: Errors"]
    assert shop.history() == []


def test_a_test_needs_somebody_to_tell(shop: Watched) -> None:
    id_ = shop.rule()["id"]
    assert error(shop.owner.post(f"/projects/shop/alerts/{id_}/test"))[:2] == (409, "CONFLICT")


def test_days_of_rules(shop: Watched) -> None:
    """Every night at three something breaks for ten minutes."""
    shop.rule(condition=condition(window="10m"), cooldown_mins=60)
    for day in range(1, 6):
        shop.outage(day * DAY - 9 * HOUR)
    for _ in range(5 * DAY // 1_800):
        shop.look(1_800)
    assert [row["triggered_at"] for row in shop.history()] == [f"2026-11-{day}T03:00:30Z" for day in range(27, 22, -1)]
