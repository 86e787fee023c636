"""Metrics are the figures that the overview, insights and errors show, and each is counted at its own moment."""

from typing import Any

import msgspec
import pytest

from gosight.alerts.metrics import read
from gosight.alerts.model import MEASURES, Condition, Reading
from gosight.kit.clock import MINUTE
from tests.alerts.watched import Watched, condition
from tests.analytics.visits import ANDROID, DESKTOP, GOOGLEBOT, dead_click, failure, rage, thrash, view

DAY = "2026-11-21"


def vital(ts: str, name: str, value: float) -> dict[str, Any]:
    return {"type": "web_vital", "ts": ts, "url": "https://example.com/", "payload": {"name": name, "value": value}}


@pytest.fixture
def visited(shop: Watched) -> Watched:
    """A day of visits: two browsers, signals, errors, a custom event, web vitals, and a bot."""
    shop.send(
        view(f"{DAY}T10:00:00Z", "/"),
        *rage(f"{DAY}T10:00", "/", "#buy", 7),
        failure(f"{DAY}T10:00:11.5Z", "/", "broken"),
        dead_click(f"{DAY}T10:01:00Z", "/", "#old"),
        view(f"{DAY}T10:02:00Z", "/cart"),
        {"type": "custom", "name": "order_placed", "ts": f"{DAY}T10:03:00Z", "payload": {"total": 9}},
        *(vital(f"{DAY}T10:00:05Z", "LCP", value) for value in (1000, 2000, 3000, 4000)),
        session="s1",
        agent=DESKTOP,
    )
    shop.send(view(f"{DAY}T18:00:00Z", "/"), thrash(f"{DAY}T18:00:05Z", "/"), session="s2", agent=ANDROID)
    shop.send(view(f"{DAY}T18:30:00Z", "/"), failure(f"{DAY}T18:30:05Z", "/", "x"), session="s3", agent=GOOGLEBOT)
    return shop


def measured(shop: Watched, minutes: int = 24 * 60, end: str = "", **given: Any) -> dict[Any, Reading]:
    wanted = msgspec.convert(condition(**given) | {"window": f"{minutes}m"}, Condition)
    until = shop.clock.now // MINUTE * MINUTE - (12 * 60 * MINUTE if not end else 0)
    with shop.world.app.files.of(1).reading() as cursor:
        return dict(read(cursor, wanted, [until])[until].groups)


def test_every_metric_is_what_the_pages_say_of_the_same_span(visited: Watched) -> None:
    span = {"start_date": DAY, "end_date": DAY}
    overview = visited.owner.get("/projects/shop/overview", params=span).json()["data"]
    insights = visited.owner.get("/projects/shop/insights", params=span).json()["data"]["summary"]
    errors = visited.owner.get("/projects/shop/errors", params=span).json()["data"]
    pages = {
        **{name: overview["summary"][name] for name in overview["summary"] if name in MEASURES},
        **{name: overview["insights"][name] for name in overview["insights"] if name in MEASURES},
        **{name: insights[name] for name in insights if name in MEASURES},
        "js_errors": sum(error["count"] for error in errors),
    }
    assert set(pages) == {name for name in MEASURES if not name.startswith("web_vitals")}
    alerts = {
        name: next((reading.value for reading in measured(visited, metric=name).values()), None) for name in pages
    }
    assert alerts == pytest.approx(pages)
    assert min(value for value in alerts.values() if value is not None) > 0, "all of them are there to be compared"


@pytest.mark.parametrize(
    ("metric", "value"),
    [("web_vitals.lcp", 3250), ("event:order_placed", 1), ("event:page_view", 3), ("event:nothing", None)],
    ids=str,
)
def test_what_stands_on_no_page(visited: Watched, metric: str, value: float | None) -> None:
    found = measured(visited, metric=metric).get(())
    assert (found.value if found else None) == value


@pytest.mark.parametrize("by", ["path", "country", "device", "browser"])
def test_groups_are_parts_of_the_whole(visited: Watched, by: str) -> None:
    for metric in (*MEASURES, "event:page_view"):
        whole = measured(visited, metric=metric).get(())
        groups = measured(visited, metric=metric, group_by=[by])
        assert bool(groups) == bool(whole), metric
        is_sum = MEASURES.get(metric, MEASURES["events"]).counts and metric not in ("sessions", "users")
        if whole and is_sum:
            assert sum(reading.value or 0 for reading in groups.values()) == whole.value, metric


def test_groups_by_path_and_device(visited: Watched) -> None:
    views = {
        tuple(value for _, value in group): reading.value
        for group, reading in measured(visited, metric="pageviews", group_by=["path", "device"]).items()
    }
    assert views == {("/", "desktop"): 1, ("/cart", "desktop"): 1, ("/", "mobile"): 1}


def test_an_error_in_a_visit_that_began_long_before_counts_now(shop: Watched) -> None:
    shop.send(view(shop.at(3600), "/"), failure(shop.at(60), "/", "late"))
    assert measured(shop, 5, "now", metric="js_errors")[()].value == 1
    assert measured(shop, 5, "now", metric="sessions") == {}
