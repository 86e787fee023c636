"""Who and when: visits that the server opens itself, visitors without a name, browser clocks that are wrong."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from gosight.kit.clock import iso_of
from tests.world import Person, World

MINUTE, HOUR, DAY = 60, 3_600, 86_400


class Page:
    def __init__(self, world: World, owner: Person) -> None:
        self.world = world
        self.owner = owner
        self._key = world.key(owner, "shop", "write")
        self._reader = world.key(owner, "shop", "read")

    def send(self, *events: dict[str, Any], agent: str = "Mozilla/5.0 Firefox/130.0", **batch: Any) -> dict[str, Any]:
        body = {**batch, "events": list(events) or [{"type": "a"}]}
        headers = self._key.headers | {"User-Agent": agent}
        answer = self.world.client.post("/v1/events", json=body, headers=headers)
        found: dict[str, Any] = answer.json()["data"]
        return found

    def sessions(self) -> list[dict[str, Any]]:
        """The earliest first."""
        found: list[dict[str, Any]] = self._reader.get(
            "/projects/shop/sessions", params={"start_date": "2020-01-01", "order": "asc", "per_page": "100"}
        ).json()["data"]
        return found

    def restart(self) -> None:
        """Everything that was in memory is gone."""
        files = self.world.app.files
        for number in list(files._open):
            opened = files._open.pop(number)
            opened.writer.stop()
            opened.writer.join()
            self.world.app.engine.detach(number)


@pytest.fixture
def page(world: World, owner: Person) -> Page:
    return Page(world, owner)


@pytest.mark.parametrize("is_restarted", [False, True], ids=["in memory", "after a restart"])
def test_without_a_session_id_a_visit_ends_after_30_quiet_minutes(page: Page, is_restarted: bool) -> None:
    for pause in (0, 29 * MINUTE, 30 * MINUTE, 30 * MINUTE + 1, 5):
        page.world.clock.forward(pause)
        if is_restarted:
            page.restart()
        page.send(visitor_id="v")
    assert [session["event_count"] for session in page.sessions()] == [3, 2]


def test_the_pause_is_measured_by_receipt_and_not_by_what_events_say(page: Page) -> None:
    page.send({"type": "a", "ts": "2026-11-20T00:00:00Z"}, {"type": "a", "ts": "2026-11-22T00:00:00Z"}, visitor_id="v")
    page.send({"type": "a", "ts": "2026-11-18T00:00:00Z"}, visitor_id="v")
    assert [session["event_count"] for session in page.sessions()] == [3]


def test_the_pause_is_a_setting(page: Page) -> None:
    page.owner.patch("/projects/shop", {"settings": {"session_timeout_minutes": 2}})
    for pause in (0, 2 * MINUTE, 2 * MINUTE + 1):
        page.world.clock.forward(pause)
        page.send(visitor_id="v")
    assert [session["event_count"] for session in page.sessions()] == [2, 1]


def test_a_session_id_that_is_given_is_one_visit_however_long_it_takes(page: Page) -> None:
    for _ in range(4):
        page.send(visitor_id="v", session_id="s")
        page.world.clock.forward(9 * HOUR)
        page.restart()
    assert [(session["id"], session["event_count"]) for session in page.sessions()] == [("s", 4)]


def test_visitors_do_not_share_a_visit(page: Page) -> None:
    page.send(visitor_id="v")
    page.send(visitor_id="w")
    page.send({"type": "a", "visitor_id": "v"}, {"type": "a", "visitor_id": "x"}, {"type": "a"}, visitor_id="w")
    counts = {session["visitor_id"]: session["event_count"] for session in page.sessions()}
    assert counts == {"v": 2, "w": 2, "x": 1}


def test_without_a_visitor_id_the_address_and_the_browser_stand_in(page: Page) -> None:
    for agent in ("one", "two", "one"):
        page.send(agent=agent)
    found = page.sessions()
    assert sorted(session["event_count"] for session in found) == [1, 2]
    assert all(session["visitor_id"].startswith("a_") for session in found)


class Named(msgspec.Struct):
    name: str


def midnight(page: Page, seconds: int) -> None:
    """Move to so many seconds before or after the coming midnight."""
    now = page.world.clock.now // 1_000_000
    page.world.clock.forward(now // DAY * DAY + DAY + seconds - now)


def test_a_visit_without_a_name_goes_on_over_midnight_and_the_next_days_is_another_visitor(page: Page) -> None:
    midnight(page, -10 * MINUTE)
    page.send()
    midnight(page, -5 * MINUTE)
    page.send()
    page.world.clock.forward(10 * MINUTE)
    page.send()
    page.world.clock.forward(20 * MINUTE)
    page.send()
    page.world.clock.forward(10 * MINUTE)  # yesterday's salt is kept for half an hour
    page.send()
    first, second = page.sessions()
    assert (first["event_count"], second["event_count"]) == (4, 1)
    page.world.clock.forward(2 * HOUR)
    page.send()
    third = page.sessions()[2]
    assert third["visitor_id"] == second["visitor_id"] != first["visitor_id"]


def test_salts_are_thrown_away_and_survive_a_restart(page: Page) -> None:
    def salts() -> list[str]:
        found = page.world.app.file.all("select name from secrets where name like 'salt:%' order by name", into=Named)
        return [salt.name for salt in found]

    page.send()
    assert salts() == ["salt:2026-11-22"]
    page.world.clock.forward(DAY)
    page.send()
    assert salts() == ["salt:2026-11-23"]
    midnight(page, 10)
    page.send()
    assert salts() == ["salt:2026-11-23", "salt:2026-11-24"]
    page.world.clock.forward(5 * DAY)
    page.send()
    assert salts() == ["salt:2026-11-29"]


def at(page: Page, offset_s: float) -> str:
    return iso_of(page.world.clock.now + int(offset_s * 1_000_000))


@pytest.mark.parametrize(
    ("clock_is_off_s", "shifted_s"),
    [
        (0, 0),
        (5, 0),
        (-5, 0),
        (5.001, -5.001),
        (-5.001, 5.001),
        (-3_600, 3_600),
        (9 * DAY, -9 * DAY),
        (-400 * DAY, 400 * DAY),
    ],
)
def test_a_browser_clock_that_is_wrong_is_corrected(page: Page, clock_is_off_s: float, shifted_s: float) -> None:
    page.send({"type": "a", "ts": at(page, clock_is_off_s - 60)}, sent_at=at(page, clock_is_off_s), session_id="s")
    assert page.sessions()[0]["started_at"] == at(page, clock_is_off_s - 60 + shifted_s)


def test_without_a_time_it_is_that_of_receipt_also_where_the_clock_is_wrong(page: Page) -> None:
    page.send({"type": "a"}, {"type": "a", "ts": None}, sent_at=at(page, -3_600), session_id="s")
    assert page.sessions()[0]["started_at"] == at(page, 0)


@pytest.mark.parametrize(("ahead_s", "accepted"), [(DAY, 1), (DAY + 1, 0), (-9_000 * DAY, 1)])
def test_a_time_may_lie_long_ago_but_not_over_a_day_ahead(page: Page, ahead_s: int, accepted: int) -> None:
    assert page.send({"type": "a", "ts": at(page, ahead_s)})["accepted"] == accepted


def test_a_visits_browser_is_that_of_its_earliest_event_whatever_came_first(page: Page) -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
    bot = "Googlebot/2.1 (+http://www.google.com/bot.html)"
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    page.send({"type": "page_view", "url": "https://a.example/", "ts": noon.isoformat()}, agent=bot, session_id="s")
    assert page.sessions() == []
    early = noon.replace(hour=11).isoformat()
    page.send(
        {"type": "page_view", "url": "https://a.example/in?utm_source=mail", "ts": early}, agent=firefox, session_id="s"
    )
    (found,) = page.sessions()
    assert (found["device"]["browser"], found["is_bot"], found["source"], found["entry_path"]) == (
        "Firefox",
        False,
        "mail",
        "/in",
    )
    assert found["duration_ms"] == HOUR * 1_000
