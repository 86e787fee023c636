"""Days that are added up tell the same figures as the sessions themselves, whatever comes in later and however late."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from gosight.analytics import rolled
from gosight.events import files
from tests.analytics.visits import (
    ANDROID,
    DESKTOP,
    GOOGLEBOT,
    IPHONE,
    click,
    dead_click,
    failure,
    rage,
    send,
    thrash,
    view,
)
from tests.replay.recordings import moves, packed
from tests.world import Person, StoppedClock, World, noon, opened

AGENTS = (DESKTOP, DESKTOP, IPHONE, ANDROID, GOOGLEBOT)
PATHS = ("/", "/pricing", "/docs", "/?utm_source=news&utm_medium=mail&utm_campaign=may", "/checkout")
FIRST = datetime(2026, 11, 8)
DAYS = 15
"""Up to the day that the clock shows."""
EVER = {"start_date": "2026-11-16", "end_date": "2026-11-22"}

RANGES: dict[str, dict[str, str]] = {
    "7 days": EVER,
    "by the hour": EVER | {"interval": "hour"},
    "with bots": EVER | {"bots": "true"},
    "before today": {"start_date": "2026-11-12", "end_date": "2026-11-15"},
    "in New York": EVER | {"timezone": "America/New_York"},
    "where days begin on half an hour": EVER | {"timezone": "Asia/Kolkata"},
    "on two days": {"start_date": "2026-11-19", "end_date": "2026-11-20"},
    "with visitors": EVER | {"series": "users"},
}


def told(person: Person, **asked: str) -> list[Any]:
    """The overview, and the paths' own list."""
    overview = person.get("/projects/shop/overview", params=asked)
    listed = {name: value for name, value in asked.items() if name not in ("interval", "series")}
    paths = person.get("/projects/shop/breakdown", params=listed | {"by": "path"})
    assert (overview.status_code, paths.status_code) == (200, 200), overview.text + paths.text
    return [overview.json()["data"], paths.json()["data"]]


class Both:
    """Asks twice: as it is, and as if nothing had been added up."""

    def __init__(self, world: World) -> None:
        self.world = world
        owner = world.member("olga")
        world.project(owner)
        self.key = world.key(owner, "shop", "write")
        self.reader = world.key(owner, "shop", "read")

    def agree(self, **asked: str) -> int:
        """How many days stood added up."""
        plans: list[Any] = []
        real = rolled.parameters

        def noted(*args: Any) -> Any:
            plans.append(real(*args))
            return plans[-1]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rolled, "parameters", noted)
            found = told(self.reader, **asked)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rolled, "LEAST_DAYS", 1_000)
            assert found == told(self.reader, **asked)
        assert found[0]["summary"]["sessions"] > 0
        return len(plans[0]["days"]) if plans[0] else 0

    def send(self, visitor: str, session: str, agent: str, *events: Any) -> None:
        send(self.world, self.key, visitor, session, agent, list(events))

    def add_up(self) -> None:
        """All that there is to add up, however long that takes a busy machine."""
        self.world.app.files.derive()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(files, "CATCH_UP_SECONDS", 60.0)
            self.world.app.files.add_up()


@pytest.fixture
def both(world: World) -> Both:
    return Both(world)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Two weeks of visits. Nothing more is sent there."""
    with opened(tmp_path_factory.mktemp("filled") / "data", StoppedClock(noon())) as world:
        both = Both(world)
        fill(both, seed=7)
        yield both


@pytest.fixture(scope="module")
def before(filled: Both) -> dict[str, list[Any]]:
    """What each range told, and that the sessions told it."""
    assert [filled.agree(**asked) for asked in RANGES.values()] == [0] * len(RANGES)
    return {name: told(filled.reader, **asked) for name, asked in RANGES.items()}


@pytest.fixture(scope="module")
def added_up(filled: Both, before: dict[str, list[Any]]) -> Both:
    """The same, once its days are added up."""
    filled.add_up()
    return filled


def fill(both: Both, seed: int, visits: int = 120) -> None:
    chance = random.Random(seed)
    for number in range(visits):
        start = FIRST + timedelta(seconds=chance.randrange((DAYS - 1) * 86_400 + 40_000))
        agent = chance.choice(AGENTS)
        at, events = start, []
        for _ in range(chance.randrange(1, 5)):
            path = chance.choice(PATHS)
            events.append(view(at.isoformat() + "Z", path))
            if chance.random() < 0.3:
                ts = (at + timedelta(seconds=2)).isoformat() + "Z"
                events.append(
                    chance.choice(
                        [click(ts, path, "#a"), dead_click(ts, path, "#b"), failure(ts, path, "no"), thrash(ts, path)]
                    )
                )
            at += timedelta(seconds=chance.randrange(5, 9_000))
        if chance.random() < 0.2:
            events += rage(start.isoformat()[:16], "/", "#buy", 6)
        both.send(f"v{chance.randrange(40)}", f"s{seed}-{number}", agent, *events)


@pytest.mark.parametrize("name", RANGES)
def test_added_up_or_not_the_figures_are_the_same(added_up: Both, before: dict[str, list[Any]], name: str) -> None:
    asked = RANGES[name]
    assert added_up.agree(**asked) >= (2 if "2026-11-19" in asked.values() else 3)
    assert told(added_up.reader, **asked) == before[name]


def test_two_days_are_not_worth_it(added_up: Both) -> None:
    assert added_up.agree(start_date="2026-11-20", end_date="2026-11-20") == 0


def test_what_comes_late_counts_at_once_and_is_added_up_again(both: Both) -> None:
    fill(both, seed=3)
    both.add_up()
    days = both.agree(**EVER)
    both.send(
        "late", "late1", DESKTOP, view("2026-11-17T10:00:00Z", "/late"), failure("2026-11-17T10:01:00Z", "/", "x")
    )
    assert both.agree(**EVER) == days - 1
    both.add_up()
    assert both.agree(**EVER) == days
    found = told(both.reader, **EVER)
    assert [page for page in found[1] if page["value"] == "/late"] != []


def test_a_session_that_turns_out_to_have_begun_earlier_leaves_its_day(both: Both) -> None:
    fill(both, seed=4)
    both.send("night", "night", IPHONE, view("2026-11-18T00:10:00Z", "/night"))
    both.add_up()
    days = both.agree(**EVER)
    both.send("night", "night", IPHONE, view("2026-11-17T23:50:00Z", "/night"))
    assert both.agree(**EVER) == days - 2
    both.add_up()
    assert both.agree(**EVER) == days


def test_somebody_who_turns_out_to_be_a_bot_leaves_the_figures(both: Both) -> None:
    fill(both, seed=5)
    both.send("who", "who", DESKTOP, view("2026-11-18T12:00:00Z", "/who"))
    both.add_up()
    before = told(both.reader, **EVER)[0]["summary"]["sessions"]
    both.send("who", "who", GOOGLEBOT, view("2026-11-18T11:59:00Z", "/who"))
    both.add_up()
    assert both.agree(**EVER) > 0
    assert told(both.reader, **EVER)[0]["summary"]["sessions"] == before - 1


def test_days_that_changed_everywhere_are_read_from_their_sessions(both: Both) -> None:
    fill(both, seed=6)
    both.add_up()
    for day in (9, 11, 13, 15, 17, 19):
        both.send(f"late{day}", f"late{day}", DESKTOP, view(f"2026-11-{day:02d}T10:00:00Z", "/"))
    assert both.agree(**EVER) == 0
    both.add_up()
    assert both.agree(**EVER) > 0


def test_what_was_only_recorded_counts_on_its_day(both: Both) -> None:
    fill(both, seed=8)
    both.add_up()
    days = both.agree(**EVER)
    record(both, "2026-11-21T13:00:00+00:00", 0)
    assert both.agree(**EVER) == days - 1
    both.add_up()
    record(both, "2026-11-21T12:10:00+00:00", 1)
    assert both.agree(**EVER) == days - 1
    both.add_up()
    assert both.agree(**EVER) == days


def record(both: Both, since: str, index: int) -> None:
    at = int(datetime.fromisoformat(since).timestamp() * 1000)
    where = {"session_id": "recorded", "index": str(index), "visitor_id": "v"}
    answer = both.world.client.post("/v1/replay", params=where, content=packed(moves(at)), headers=both.key.headers)
    assert answer.status_code == 200, answer.text


def test_a_day_is_added_up_once_it_is_over(both: Both) -> None:
    fill(both, seed=9)
    both.add_up()
    days = both.agree(start_date="2026-11-16", end_date="2026-11-22")
    both.world.clock.forward(13 * 3_600)
    both.add_up()
    assert both.agree(start_date="2026-11-16", end_date="2026-11-22") == days + 1
