"""GET /metrics: contract 2's names, labels that no visitor chooses, and nothing of other people's projects."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.compat.track.tracking import VIEW, Tracker
from tests.conftest import MakeWorld
from tests.world import Person, World

NAMES = {
    "events_received", "events_dropped", "ingestion_latency_seconds", "analytics_queries", "ai_queries",
    "query_latency_seconds",
}  # fmt: skip


def samples(text: str) -> dict[tuple[str, str, str], float]:
    """By name, project and the other label."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            others = [value for name, value in sample.labels.items() if name != "customer_id"]
            found[sample.name, sample.labels.get("customer_id", ""), ",".join(others)] = sample.value
    return found


def test_events_are_counted_by_project_and_known_type(world: World, owner: Person) -> None:
    server = Tracker(world, owner)
    server.batch(VIEW, VIEW, {**VIEW, "event_type": "evil{label"}, {**VIEW, "event_type": ""})
    server.post("/v1/events", {"events": [{"type": "click"}]}, X_GoSight_Key=server.key)
    answer = world.client.get("/metrics", headers=world.key(owner, "shop", "read").headers)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "# TYPE events_received_total counter" in answer.text
    assert "# TYPE ingestion_latency_seconds histogram" in answer.text
    assert 'events_received_total{customer_id="shop",event_type="page_view"} 2.0' in answer.text
    told = samples(answer.text)
    assert told["events_received_total", "shop", "custom"] == 1
    assert told["events_received_total", "shop", "click"] == 1
    assert told["events_dropped_total", "shop", "invalid"] == 1
    assert told["ingestion_latency_seconds_count", "shop", ""] == 2
    assert told["ingestion_latency_seconds_bucket", "shop", "+Inf"] == 2
    assert {family.name for family in text_string_to_metric_families(answer.text)} == NAMES


def test_what_is_refused_for_its_rate_is_dropped(make_world: MakeWorld) -> None:
    world = make_world(limits__events_per_minute=1)
    owner = world.member("olga")
    world.project(owner)
    Tracker(world, owner).batch(VIEW, VIEW)
    assert samples(world.client.get("/metrics", headers=owner.headers).text) == {
        ("events_dropped_total", "shop", "rate_limited"): 2
    }


def test_a_key_tells_nothing_of_other_projects(world: World, owner: Person) -> None:
    server = Tracker(world, owner)
    server.post("/track", VIEW)
    world.project(owner, "other")
    other = world.client.get("/metrics", headers=world.key(owner, "other", "read").headers)
    assert other.status_code == 200
    assert samples(other.text) == {}
    assert world.client.get("/metrics").status_code == 401
    assert world.client.get("/metrics", headers={"X-GoSight-Key": server.key}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 200), ({"X-Forwarded-For": "203.0.113.9"}, 401), ({"X-GoSight-Key": "gs_api_x"}, 401)]
)
def test_on_the_machine_itself_everything_is_told(make_world: MakeWorld, headers: dict[str, str], status: int) -> None:
    world = make_world(peer="127.0.0.1")
    owner = world.member("olga")
    world.project(owner)
    Tracker(world, owner).post("/track", VIEW)
    answer = world.client.get("/metrics", headers=headers)
    assert answer.status_code == status
    if status == 200:
        told = samples(answer.text)
        assert told["events_received_total", "shop", "page_view"] == 1
        assert told["process_resident_memory_bytes", "", ""] > 0


def test_a_key_may_come_as_bearer(world: World, owner: Person) -> None:
    key = world.key(owner, "shop", "read").headers["X-GoSight-Key"]
    for token, status in ((key, 200), (key[:-1], 401)):
        assert world.client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == status
