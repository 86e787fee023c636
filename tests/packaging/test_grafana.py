"""Each dashboard for Grafana asks for metrics and labels that /metrics has, and can be imported."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.compat.track.tracking import VIEW, Tracker
from tests.outbox.sent import channel, enqueue
from tests.packaging.promql import Metric, Query, Wrong
from tests.world import StoppedClock, World, noon, opened

FOLDER = Path(__file__).parents[2] / "packaging" / "grafana"
TITLES = {
    "ingestion-overview": "Ingestion Overview",
    "query-performance": "Query Performance",
    "system-health": "System Health",
    "per-customer-metrics": "Per-Customer Metrics",
}
"""Contract 2's four."""
BOARDS: dict[str, dict[str, Any]] = {file.stem: json.loads(file.read_text("utf-8")) for file in FOLDER.glob("*.json")}
VIA_PROMETHEUS = {"type": "prometheus", "uid": "${datasource}"}


def panels(board: dict[str, Any]) -> list[dict[str, Any]]:
    """Without headings."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


PANELS = [(name, panel) for name, board in BOARDS.items() for panel in panels(board)]
IDS = [f"{name}: {panel['title']}" for name, panel in PANELS]


def used(world: World) -> str:
    """What /metrics tells after some of everything has happened."""
    owner = world.member("olga")
    world.project(owner)
    Tracker(world, owner).batch(VIEW, VIEW, {**VIEW, "event_type": ""})
    for sql in ("SELECT count() FROM events_raw WHERE customer_id = 'shop'", "SELECT 1 FROM nothing"):
        world.client.post("/query", json={"customer_id": "shop", "sql": sql}, headers=owner.headers)
    asked = {"customer_id": "shop", "query": "How many page views yesterday?"}
    assert world.client.post("/ai/query", json=asked, headers=owner.headers).status_code == 200
    enqueue(world, channel(world, {"type": "webhook", "url": "https://hooks.example/a"}))
    world.app.jobs[0].run()
    return world.client.get("/metrics").text


def read(text: str) -> Iterator[tuple[str, Metric]]:
    kinds: dict[str, str] = {}
    samples: dict[str, list[Mapping[str, str]]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            plain = "gauge" if family.type == "gauge" else "counter"
            kinds[sample.name] = "bucket" if sample.name.endswith("_bucket") else plain
            samples.setdefault(sample.name, []).append(sample.labels)
    for name, kind in kinds.items():
        yield name, Metric(kind, samples[name])


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Metric]]:
    folder = tmp_path_factory.mktemp("grafana") / "data"
    with opened(folder, StoppedClock(noon()), peer="127.0.0.1") as world:
        yield dict(read(used(world)))


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=IDS)
def test_a_panel_asks_for_what_there_is(board: str, panel: dict[str, Any], metrics: dict[str, Metric]) -> None:
    assert panel["datasource"] == VIA_PROMETHEUS
    assert panel["description"]
    assert panel["targets"]
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
    for target in panel["targets"]:
        query = Query(target["expr"], metrics)
        assert query.asked
        assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= query.labels
        assert target["datasource"] == VIA_PROMETHEUS


def test_all_of_our_own_metrics_are_shown(metrics: dict[str, Metric]) -> None:
    shown: set[str] = set()
    for _, panel in PANELS:
        for target in panel["targets"]:
            shown |= Query(target["expr"], metrics).asked
    parts = re.compile("_(bucket|count|sum)$")
    every = {parts.sub("", name) for name in metrics if not name.startswith("process_")}
    assert every - {parts.sub("", name) for name in shown} == set()


def test_no_label_is_one_that_prometheus_gives_itself(metrics: dict[str, Metric]) -> None:
    assert not {name for name, metric in metrics.items() if metric.labels & {"job", "instance"}}


def test_the_four_of_the_contract_are_there() -> None:
    assert {name: board["title"] for name, board in BOARDS.items()} == {
        name: f"GoSight / {title}" for name, title in TITLES.items()
    }
    assert {board["uid"] for board in BOARDS.values()} == {
        "gosight-ingestion", "gosight-queries", "gosight-system", "gosight-customers"
    }  # fmt: skip


@pytest.mark.parametrize("name", TITLES)
def test_a_dashboard_can_be_imported(name: str, metrics: dict[str, Metric]) -> None:
    board = BOARDS[name]
    text = (FOLDER / f"{name}.json").read_text("utf-8")
    assert len(text) < 300_000
    assert "://" not in text
    assert board["id"] is None
    variables = {each["name"]: each for each in board["templating"]["list"]}
    assert (variables["datasource"]["type"], variables["datasource"]["query"]) == ("datasource", "prometheus")
    assert set(re.findall(r"\$\{?(\w+)", text)) <= {*variables, "__rate_interval", "__range", "__all"}
    for variable in variables.values():
        if variable["type"] == "query":
            found = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["query"]["query"])
            assert found is not None
            assert found[2] in metrics[found[1]].labels
    numbers = [panel["id"] for panel in board["panels"]]
    assert len(set(numbers)) == len(numbers)
    titles = [panel["title"] for panel in panels(board)]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", TITLES)
def test_no_panel_lies_on_another(name: str) -> None:
    places = [panel["gridPos"] for panel in BOARDS[name]["panels"]]
    assert all(place["x"] >= 0 and place["x"] + place["w"] <= 24 for place in places)
    for one, other in combinations(places, 2):
        is_beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        is_below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert is_beside or is_below, (one, other)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("sum(rate(events_lost_total[5m]))", "there is no metric events_lost_total"),
        ("sum by (color) (rate(events_received_total[5m]))", "which it does not have"),
        ('sum(rate(events_received_total{color="red"}[5m]))', "no label color"),
        ('sum(rate(query_latency_seconds_count{kind="html"}[5m]))', "nothing of"),
        ("rate(gosight_queue_bytes[5m])", "no counter"),
        ("sum(events_received_total)", "a counter as it is"),
        ("sum(gosight_queue_bytes[5m])", "a range where a value is expected"),
        ("histogram_quantile(0.5, sum by (le) (gosight_queue_bytes))", "which it does not have"),
        ("histogram_quantile(0.5, sum(rate(query_latency_seconds_bucket[5m])))", "no buckets by le"),
        ("histogram_quantile(0.5, sum by (customer_id) (rate(query_latency_seconds_count[5m])))", "no buckets"),
        ("sum by (kind) (gosight_queue_bytes) / sum(gosight_queue_limit_bytes)", "nothing matches"),
        ("sum(gosight_readers", "ends too early"),
        ("sum(gosight_readers) ; 1", "cannot be read"),
    ],
)
def test_a_query_that_is_wrong_is_found(query: str, why: str, metrics: dict[str, Metric]) -> None:
    with pytest.raises(Wrong, match=re.escape(why)):
        Query(query, metrics)
