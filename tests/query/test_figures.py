"""Every figure of the overview, opened as SQL, gives what the overview shows: same range, zone and filters."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gosight.query.figures import Figure
from tests.analytics.test_figures import BATCHES, DESKTOP, IPHONE, UTM, click, leave, send, view
from tests.events.mmdb import write
from tests.world import Person, StoppedClock, World, error, noon, opened

CLOCK, CAMPAIGN = "/o'clock", "it's\\n\\"
"""A page and a campaign with what means something in a literal."""
RANKINGS = {
    "entry_path": ("entry_pages", "path"),
    "exit_path": ("exit_pages", "path"),
    "referrer": ("top_referrers", "source"),
    "utm_source": ("utm_sources", "utm_source"),
    "utm_medium": ("utm_mediums", "utm_medium"),
    "utm_campaign": ("utm_campaigns", "utm_campaign"),
    "country": ("countries", "country"),
    "browser": ("browsers", "browser"),
    "os": ("os", "os"),
    "device_type": ("device_types", "device_type"),
}
DAYS = {"start_date": "2026-11-18", "end_date": "2026-11-22"}
ASKED: dict[str, dict[str, str]] = {
    "all": {},
    "with bots": {"bots": "true"},
    "hours of Berlin": {"timezone": "Europe/Berlin", "interval": "hour", "start_date": "2026-11-20"},
    "hours of Kathmandu": {"timezone": "Asia/Kathmandu", "interval": "hour", "start_date": "2026-11-20"},
    "days of Los Angeles": {"timezone": "America/Los_Angeles"},
    "weeks of Berlin over the change of clocks": {
        "timezone": "Europe/Berlin",
        "interval": "week",
        "start_date": "2026-10-20",
    },
    "months": {"interval": "month", "start_date": "2026-09-10"},
    "a page": {"path": "/pricing"},
    "a page of a source": {"path": "/", "referrer": "google"},
    "a page with a quote": {"path": CLOCK},
    "a campaign with backslashes": {"utm_campaign": CAMPAIGN},
    "a whole referrer": {"referrer": "https://www.google.com/"},
    "a place and a device": {"country": "US", "device_type": "mobile"},
    "a browser and its system": {"browser": "Chrome", "os": "Windows"},
    "a campaign": {"utm_source": "newsletter", "utm_medium": "email", "utm_campaign": "november"},
    "a user": {"user_id": "u1"},
    "nobody": {"browser": "No'such"},
}


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """Olga, whose project has had visits over weeks, some to a page with an odd name."""
    folder = tmp_path_factory.mktemp("figures")
    places: dict[str, dict[str, Any]] = {
        "203.0.113.0/24": {"country": {"iso_code": "DE"}},
        "198.51.100.0/24": {"country": {"iso_code": "US"}},
    }
    with opened(
        folder / "data",
        StoppedClock(noon()),
        server__trusted_proxies=("203.0.113.250",),
        peer="203.0.113.250",
        geo__database=str(write(folder / "places.mmdb", places)),
        limits__sql_per_minute=0,
    ) as world:
        person = world.member("olga")
        world.project(person)
        world.project(person, id_="blog")
        for project in ("shop", "blog"):
            key = world.key(person, project, "write")
            for number, (visitor, session, agent, address, events) in enumerate(BATCHES + _more()):
                send(world, key, f"batch-{number}", visitor, session, agent, address, events)
        yield person


def _more() -> list[tuple[str, str, str, str, list[dict[str, Any]]]]:
    """A visit every day of two months at another hour, ended in some cases, and pages with odd names."""
    found = []
    for day in range(60):
        at = datetime(2026, 9, 20, 22) + timedelta(days=day, hours=5 * day % 24, minutes=7)
        moment = f"{at:%Y-%m-%dT%H:%M:%SZ}"
        later = f"{at + timedelta(seconds=30 + day):%Y-%m-%dT%H:%M:%SZ}"
        path = ("/", "/pricing" + UTM, "/docs", CLOCK + "?utm_campaign=it%27s%5Cn%5C", f"/post/{day % 14}")[day % 5]
        events = [view(moment, path, referrer="https://blog.example/x" if day % 3 else "")]
        if day % 2:
            events += [leave(later, path, 30_000 + day, 50), view(later, "/docs"), click(later, "/docs")]
        found.append((f"v{day % 9}", f"m{day}", IPHONE if day % 4 else DESKTOP, f"198.51.100.{day}", events))
    return found


def sql_of(person: Person, metric: str, query: dict[str, str]) -> str:
    answer = person.get("/projects/shop/overview/sql", params=DAYS | query | {"metric": metric})
    assert answer.status_code == 200, answer.text
    text: str = answer.json()["data"]["sql"]
    assert "customer_id = 'shop'" in text
    return text


def rows(person: Person, metric: str, query: dict[str, str]) -> list[list[Any]]:
    text = sql_of(person, metric, query)
    answer = person.post("/projects/shop/sql", {"sql": text})
    assert answer.status_code == 200, f"{answer.text}\n{text}"
    found: list[list[Any]] = answer.json()["data"]["rows"]
    asked = person.client.post("/query", json={"customer_id": "shop", "sql": text}, headers=person.headers).json()
    assert [list(row.values()) for row in asked["data"]] == found, "with the contract's rule as well"
    return found


@pytest.mark.parametrize("query", ASKED.values(), ids=ASKED.keys())
def test_the_query_behind_a_figure_gives_the_figure(owner: Person, query: dict[str, str]) -> None:
    answer = owner.get("/projects/shop/overview", params=DAYS | query | {"series": "users"})
    assert answer.status_code == 200, answer.text
    shown = answer.json()["data"]
    figures = shown["summary"] | shown["insights"]
    for figure in Figure:
        found = rows(owner, figure, query)
        if figure in figures:
            ((value,),) = found
            assert value == pytest.approx(figures[figure]), figure
        elif figure.endswith("_over_time"):
            assert labelled(found, query) == {p["date"]: p["value"] for p in shown["charts"][figure] if p["value"]}
        elif figure == "path":
            top = shown["charts"]["top_pages"]
            assert [row[:2] for row in found] == [[page["path"], page["views"]] for page in top]
            assert [row[2] for row in found] == pytest.approx([page["avg_time"] for page in top])
        else:
            series, name = RANKINGS[figure]
            assert found == [[row[name], row["sessions"]] for row in shown["charts"][series]], figure


def labelled(found: list[list[Any]], query: dict[str, str]) -> dict[str, int]:
    """Days as they are; hours, which are moments, by their zone's clock."""
    if query.get("interval") != "hour":
        return {day: value for day, value in found if value}
    zone = ZoneInfo(query["timezone"])
    hours = [(datetime.fromisoformat(at).astimezone(zone), value) for at, value in found]
    return {f"{at:%Y-%m-%dT%H}:00": value for at, value in hours if value}


def test_there_is_something_to_compare(owner: Person) -> None:
    """Each set of filters but the last meets somebody."""
    for what, query in ASKED.items():
        ((visits,),) = rows(owner, "sessions", query)
        assert bool(visits) == (what != "nobody"), what


def test_who_may_open_a_figure(owner: Person) -> None:
    world = World(None, owner.client, StoppedClock(noon()), None)  # type: ignore[arg-type]
    assert error(world.nobody.get("/projects/shop/overview/sql?metric=users"))[:2] == (401, "UNAUTHORIZED")
    assert error(owner.get("/projects/nothing/overview/sql?metric=users"))[:2] == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"metric": "secrets"}, "metric"),
        ({}, "metric"),
        ({"metric": "users", "interval": "fortnight"}, "interval"),
        ({"metric": "users", "timezone": "Mars/Base"}, "timezone"),
        ({"metric": "users", "country": "Germany"}, "country"),
    ],
    ids=["no such figure", "none", "no such interval", "no such zone", "no code of a country"],
)
def test_refuses(owner: Person, query: dict[str, str], field: str) -> None:
    answer = owner.get("/projects/shop/overview/sql", params=query)
    assert error(answer)[:2] == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"]["field"] == field
