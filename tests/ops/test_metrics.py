"""GET /metrics: contract 2's names, labels that no visitor chooses, and nothing of other people's projects."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gosight import __version__
from gosight.kit.errors import Unavailable
from gosight.kit.meters import Gauge, Meters
from gosight.ops import metrics
from gosight.outbox import Courier, deliveries
from gosight.outbox.model import Outcome, Parcel
from tests.compat.track.tracking import VIEW, Tracker
from tests.conftest import MakeWorld
from tests.outbox.sent import channel, enqueue, work
from tests.world import Person, World

NAMES = {
    "events_received", "events_dropped", "ingestion_latency_seconds", "analytics_queries", "ai_queries",
    "query_latency_seconds",
}  # fmt: skip
WEBHOOK = {"type": "webhook", "url": "https://hooks.example/a"}


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


def test_the_product_tells_how_it_is(make_world: MakeWorld) -> None:
    world = make_world(peer="127.0.0.1")
    owner = world.member("olga")
    world.project(owner)
    Tracker(world, owner).batch(VIEW, VIEW, VIEW)
    to = channel(world, WEBHOOK)
    enqueue(world, to)
    enqueue(world, to)
    told = samples(world.client.get("/metrics").text)
    assert told["gosight_build_info", "", __version__] == 1
    assert told["gosight_commit_seconds_count", "", ""] == 1
    assert told["gosight_commit_events_sum", "", ""] == 3
    assert told["gosight_commit_events_bucket", "", "1.0"] == 0
    assert told["gosight_commit_events_bucket", "", "10.0"] == 1
    assert told["gosight_underived_events", "", ""] == 3
    assert told["gosight_open_files", "", "events"] == 1
    assert told["gosight_queue_requests", "", "events"] == told["gosight_queue_bytes", "", "replay"] == 0
    assert told["gosight_queue_limit_bytes", "", "events"] == world.app.config.limits.queue_mb * 2**20
    assert told["gosight_wal_bytes", "", "events"] > 0
    assert told["gosight_wal_bytes", "", "control"] > 0
    assert 0 < told["gosight_duckdb_memory_bytes", "", ""] < told["gosight_duckdb_memory_limit_bytes", "", ""]
    assert 0 < told["gosight_disk_free_bytes", "", ""] < told["gosight_disk_size_bytes", "", ""]
    assert told["gosight_outbox_waiting", "", ""] == 2
    assert told["gosight_outbox_tries_total", "", "delivered"] == 0
    assert told["gosight_readers", "", "stream"] == told["gosight_readers", "", "realtime"] == 0


def test_tries_are_counted_by_what_came_of_them(make_world: MakeWorld) -> None:
    world = make_world()
    world.project(world.member("olga"))
    enqueue(world, channel(world, WEBHOOK))
    outcomes = [Outcome(error="not now"), Outcome()]

    class Answering:
        async def send(self, parcel: Parcel) -> Outcome:
            return outcomes.pop(0)

    meters = Meters()
    working = Courier(world.app.file, world.clock, Answering, lambda: 0.0, meters)
    work(working)
    world.clock.forward(3_600)
    work(working)
    working.close()
    assert meters.tries == {"again": 1, "delivered": 1}
    assert deliveries.waiting(world.app.file) == 0


def test_turns_of_jobs_are_counted(make_world: MakeWorld) -> None:
    world = make_world(peer="127.0.0.1")
    jobs = {job.name: job for job in world.app.jobs}
    name = "fold write-ahead logs into their files"
    jobs[name].run()
    jobs[name].run()
    told = samples(world.client.get("/metrics").text)
    assert {label for metric, _, label in told if metric == "gosight_job_runs_total"} == set(jobs)
    assert told["gosight_job_runs_total", "", name] == 2
    assert told["gosight_job_failures_total", "", name] == 0
    assert told["gosight_job_last_run_timestamp_seconds", "", name] > 0
    assert {label for metric, _, label in told if metric == "gosight_job_last_run_timestamp_seconds"} == {name}


def test_a_turn_that_fails_is_counted() -> None:
    meters = Meters()

    def fail() -> None:
        raise Unavailable("not now", retry_after=1)

    turn = meters.turns("a job", fail)
    with pytest.raises(Unavailable):
        turn()
    assert (meters.jobs["a job"].runs, meters.jobs["a job"].failures) == (1, 1)


def test_what_cannot_be_looked_up_keeps_nothing_else_from_anybody() -> None:
    def fail() -> dict[str, float]:
        raise Unavailable("not now", retry_after=1)

    meters = Meters()
    meters.gauges += [Gauge("broken", "Not now.", fail), Gauge("whole", "A number.", lambda: {"": 7})]
    told = samples(metrics.text(meters, None).decode())
    assert told["gosight_whole", "", ""] == 7
    assert not [name for name, _, _ in told if name.startswith("gosight_broken")]
