"""GET /metrics: what `kit.meters` counts, as Prometheus reads it, with the names of contract 2. What is the product's
own begins with `gosight_`; it is of all projects together, and only for who may see them all."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from gosight.kit.errors import GoSightError
from gosight.kit.meters import Gauge, Meters, Spread

log = logging.getLogger("gosight.metrics")

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Counted(Collector):
    """`only`: ids of the projects that are told of; None: all."""

    def __init__(self, meters: Meters, only: Collection[str] | None) -> None:
        self._meters = meters
        self._only = only

    def collect(self) -> Iterable[Metric]:
        meters = self._meters
        queries, questions = meters.asked()
        yield self._counter("events_received", "Events stored.", "event_type", meters.received)
        yield self._counter("events_dropped", "Events not stored, and why.", "reason", meters.dropped)
        yield self._counter("analytics_queries", "Queries in SQL.", "outcome", queries)
        yield self._counter("ai_queries", "Questions in words.", "source", questions)
        taken = HistogramMetricFamily(
            "ingestion_latency_seconds", "From a batch's arrival to its commit.", labels=["customer_id"]
        )
        _fill(taken, (((project,), spread) for project, spread in self._of(meters.ingestion)))
        yield taken
        asked = HistogramMetricFamily("query_latency_seconds", "Of queries.", labels=["customer_id", "kind"])
        found = ((label, spread) for label, spread in list(meters.query_times.items()) if self._may(label[0]))
        _fill(asked, found)
        yield asked

    def _counter(self, name: str, told: str, by: str, counts: Mapping[tuple[str, str], int]) -> CounterMetricFamily:
        family = CounterMetricFamily(name, told, labels=["customer_id", by])
        for (project, value), count in sorted(dict(counts).items()):  # one copy: it is counted on
            if self._may(project):
                family.add_metric([project, value], count)
        return family

    def _of(self, spreads: Mapping[str, Spread]) -> Iterator[tuple[str, Spread]]:
        return ((project, spread) for project, spread in list(spreads.items()) if self._may(project))

    def _may(self, project: str) -> bool:
        return self._only is None or project in self._only


class _Own(Collector):
    """The product's own, of all projects together."""

    def __init__(self, meters: Meters) -> None:
        self._meters = meters

    def collect(self) -> Iterable[Metric]:
        meters = self._meters
        yield _spread("commit_seconds", "From the beginning of a group's transaction to its end.", meters.commit_times)
        yield _spread("commit_events", "Events in a group.", meters.group_sizes)
        yield CounterMetricFamily("gosight_commits_failed", "Groups that were not stored.", value=meters.failed_commits)
        tries = {"delivered": 0, "again": 0, "failed": 0} | dict(meters.tries)
        yield _labelled(CounterMetricFamily, "outbox_tries", "To deliver a message, by outcome.", "outcome", tries)
        yield from self._jobs()
        for gauge in list(meters.gauges):
            yield from _looked_up(gauge)

    def _jobs(self) -> Iterator[Metric]:
        """`task` names them: `job` is what Prometheus itself puts on all that it collects."""
        jobs = dict(self._meters.jobs)
        runs = {name: turns.runs for name, turns in jobs.items()}
        yield _labelled(CounterMetricFamily, "job_runs", "Turns of jobs.", "task", runs)
        failures = {name: turns.failures for name, turns in jobs.items()}
        yield _labelled(CounterMetricFamily, "job_failures", "Turns of jobs that failed.", "task", failures)
        seconds = {name: turns.seconds for name, turns in jobs.items()}
        yield _labelled(CounterMetricFamily, "job_seconds", "What turns of jobs took.", "task", seconds)
        ends = {name: turns.ended_at for name, turns in jobs.items() if turns.runs}
        told = "When the last turn of a job ended."
        yield _labelled(GaugeMetricFamily, "job_last_run_timestamp_seconds", told, "task", ends)


def _looked_up(gauge: Gauge) -> Iterator[Metric]:
    """What can't be looked up now keeps the rest from nobody."""
    try:
        found = gauge.read()
    except (GoSightError, OSError) as error:
        log.warning("%s could not be looked up: %s", gauge.name, error)
    else:
        yield _labelled(GaugeMetricFamily, gauge.name, gauge.told, gauge.by, found)


def _labelled(
    family: type[CounterMetricFamily] | type[GaugeMetricFamily],
    name: str,
    told: str,
    by: str,
    values: Mapping[str, float],
) -> Metric:
    """`by` "": there is one value, without a label."""
    made = family(f"gosight_{name}", told, labels=[by] if by else [])
    for label, value in values.items():
        made.add_metric([label] if by else [], value)
    return made


def _spread(name: str, told: str, spread: Spread) -> HistogramMetricFamily:
    return HistogramMetricFamily(f"gosight_{name}", told, buckets=list(spread.buckets()), sum_value=spread.sum)


def _fill(family: HistogramMetricFamily, spreads: Iterable[tuple[tuple[str, ...], Spread]]) -> None:
    for labels, spread in spreads:
        family.add_metric(list(labels), list(spread.buckets()), spread.sum)


def text(meters: Meters, only: Collection[str] | None) -> bytes:
    """All that is counted of these projects; of all projects (None) with what the product
    counts of itself, and what the process takes of the machine. Not on the event loop: it looks at the disk."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Counted(meters, only))
    if only is None:
        registry.register(_Own(meters))
        ProcessCollector(registry=registry)
    return generate_latest(registry)
