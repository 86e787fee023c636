"""The demo's traffic: the same for a seed, and believable."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import mean
from typing import Any

import msgspec
import pytest

from gosight.analytics.sourcemap import look_through
from gosight.events import agents, faults, frames, urls
from gosight.events.observations import observe
from gosight.events.signals import detect
from gosight.ops.demo import Visit, traffic
from gosight.ops.demo.faults import FAULTS
from gosight.ops.demo.sources import BUNDLES, release_at, releases, source_map

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
DAYS, EVENTS = 30, 30_000


@pytest.fixture(scope="module")
def visits() -> list[Visit]:
    return list(traffic(1, DAYS, EVENTS, NOW))


@pytest.fixture(scope="module")
def people(visits: list[Visit]) -> list[Visit]:
    return [visit for visit in visits if not agents.read(visit.user_agent).is_bot]


def views(visit: Visit) -> int:
    return sum(event.type == "page_view" for event in visit.batch.events)


def test_the_same_seed_gives_the_same_bytes(visits: list[Visit]) -> None:
    again = msgspec.json.encode(list(traffic(1, DAYS, EVENTS, NOW)))
    assert again == msgspec.json.encode(visits)
    assert again != msgspec.json.encode(list(traffic(2, DAYS, EVENTS, NOW)))


def test_there_are_as_many_events_as_asked_for_in_the_days_asked_for(visits: list[Visit]) -> None:
    times = [event.ts for visit in visits for event in visit.batch.events]
    assert len(times) == EVENTS
    assert max(times) <= NOW.timestamp() * 1_000
    first_day = (NOW - timedelta(days=DAYS - 1)).replace(hour=0, minute=0)
    assert min(times) >= first_day.timestamp() * 1_000


@pytest.mark.parametrize(("days", "events"), [(1, 1), (1, 500), (3, 10), (200, 1_000)])
def test_small_amounts_come_out_exactly_too(days: int, events: int) -> None:
    assert sum(len(visit.batch.events) for visit in traffic(7, days, events, NOW)) == events


def test_a_day_that_has_just_begun_is_no_trouble() -> None:
    midnight = datetime(2026, 11, 22, tzinfo=UTC)
    assert all(visit.batch.events for visit in traffic(1, 1, 100, midnight))


def test_visits_come_in_order_and_none_twice(visits: list[Visit]) -> None:
    starts = [visit.batch.events[0].ts for visit in visits]
    assert starts == sorted(starts)
    assert len({visit.batch.session_id for visit in visits}) == len({visit.batch.batch_id for visit in visits})
    assert len({visit.batch.session_id for visit in visits}) == len(visits)


def test_every_batch_is_within_the_contracts_bounds(visits: list[Visit]) -> None:
    assert max(len(visit.batch.events) for visit in visits) <= 500
    assert max(len(msgspec.json.encode(visit.batch)) for visit in visits) < 1_048_576


def test_tomorrow_brings_the_same_visits_again_and_more(visits: list[Visit]) -> None:
    tomorrow = {visit.batch.batch_id for visit in traffic(1, DAYS, EVENTS, NOW + timedelta(days=1))}
    week = [
        visit.batch.batch_id for visit in visits if visit.batch.events[0].ts > (NOW.timestamp() - 7 * 86_400) * 1_000
    ]
    assert sum(batch_id in tomorrow for batch_id in week) > 0.9 * len(week)


def test_people_behave_believably(people: list[Visit]) -> None:
    pages = [views(visit) for visit in people]
    assert 0.30 < sum(count == 1 for count in pages) / len(pages) < 0.60
    assert 2 < mean(pages) < 6
    seconds = [(visit.batch.events[-1].ts - visit.batch.events[0].ts) / 1_000 for visit in people]
    assert 60 < mean(seconds) < 400


def test_people_come_back(people: list[Visit]) -> None:
    by_visitor = Counter(visit.batch.visitor_id for visit in people)
    assert 0.1 < sum(count > 1 for count in by_visitor.values()) / len(by_visitor) < 0.5


def test_devices_and_sources_are_mixed(people: list[Visit]) -> None:
    devices = Counter(agents.read(visit.user_agent).device_type for visit in people)
    assert devices["desktop"] > devices["mobile"] > devices["tablet"] > 0
    sources = Counter[str]()
    for visit in people:
        first = next((event for event in visit.batch.events if event.type == "page_view"), None)
        if first is not None:
            parts = urls.split(first.url)
            sources[urls.source(parts.utm_source, first.referrer, parts.host)] += 1
    assert {name for name, _ in sources.most_common(3)} >= {"direct", "google"}
    assert len(sources) > 10


def test_every_kind_of_event_and_of_trouble_is_there(people: list[Visit]) -> None:
    kinds, found = Counter[str](), Counter[str]()
    for visit in people:
        seen = []
        for event in visit.batch.events:
            kinds[event.name or event.type] += 1
            payload = msgspec.json.decode(msgspec.json.encode(event.payload))
            seen.append(observe(event.type, event.ts, urls.split(event.url).path, event.url, payload))
        found.update(signal.type for signal in detect([one for one in seen if one is not None]))
    assert set(found) == {"rage_click", "dead_click", "error_click", "thrashed_cursor"}
    assert set(kinds) >= {"page_view", "page_exit", "click", "scroll", "mouse_move", "web_vital", "js_error"}
    assert "identify" in kinds
    assert set(kinds) >= {"search", "signup", "dead_click"}
    assert kinds["add_to_cart"] > kinds["purchase"] > 0


def test_heatmaps_have_something_to_show(people: list[Visit]) -> None:
    """An element is clicked at the same place of its page, whoever comes; scrolling tells where it rests."""
    boxes: dict[tuple[str | None, str, int], set[tuple[float, ...]]] = {}
    for visit in people:
        width = int(visit.batch.context["viewport"].partition("x")[0])
        for event in visit.batch.events:
            said: dict[str, Any] = event.payload
            if event.type == "scroll":
                assert 0 <= said["y"] <= said["page_height"] - said["viewport_height"]
            if event.type == "click":
                (at_x, at_y), (wide, high) = said["target"]["at"], said["target"]["size"]
                assert 0 <= said["y"] <= int(visit.batch.context["viewport"].partition("x")[2])
                left, top = said["page_x"] - at_x * wide, said["page_y"] - at_y * high
                place = (urls.split(event.url).path, said["target"]["selector"], width)
                boxes.setdefault(place, set()).add((round(left, -1), round(top, -1), wide, high))
    assert len(boxes) > 100
    assert max(max(b[n] for b in found) - min(b[n] for b in found) for found in boxes.values() for n in range(4)) <= 10


def test_some_visits_are_crawlers(visits: list[Visit], people: list[Visit]) -> None:
    assert 0.01 < 1 - len(people) / len(visits) < 0.08


def test_weekends_and_nights_are_quieter(people: list[Visit]) -> None:
    starts = [datetime.fromtimestamp(visit.batch.events[0].ts / 1_000, UTC) for visit in people]
    weekend = sum(start.weekday() >= 5 for start in starts) / sum(
        (NOW.date() - timedelta(days=n)).weekday() >= 5 for n in range(DAYS)
    )
    workday = sum(start.weekday() < 5 for start in starts) / sum(
        (NOW.date() - timedelta(days=n)).weekday() < 5 for n in range(DAYS)
    )
    assert weekend < workday
    assert sum(start.hour in (3, 4, 5) for start in starts) < sum(start.hour in (14, 15, 16) for start in starts)


def test_faults_are_the_same_in_all_browsers_and_releases(people: list[Visit]) -> None:
    groups: dict[int, set[str]] = {}
    releases, browsers = set(), set()
    for visit in people:
        for event in visit.batch.events:
            if event.type == "js_error":
                found = faults.fault(msgspec.json.encode(event.payload).decode())
                groups.setdefault(found.group, set()).add(found.error_type)
                releases.add(found.release)
                browsers.add(agents.read(visit.user_agent).browser)
                assert frames(str(event.payload["stack"]))
    assert len(groups) == len(FAULTS)
    assert len(releases) >= 4
    assert browsers >= {"Chrome", "Safari", "Firefox"}


@pytest.mark.parametrize("bundle", BUNDLES)
def test_its_source_maps_are_maps(bundle: str) -> None:
    facts = look_through(source_map(bundle, "2026.11.24"))
    assert (facts.source_count, facts.has_content) == (len(BUNDLES[bundle]), True)


def test_a_release_comes_out_every_tuesday() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    days = [release_at(int((noon + timedelta(days=n)).timestamp() * 1_000)) for n in range(4)]
    assert days == ["2026.11.17", "2026.11.17", "2026.11.24", "2026.11.24"]
    assert releases(int(noon.timestamp() * 1_000), 14, 6) == ["2026.10.27", "2026.11.03", "2026.11.10", "2026.11.17"]
