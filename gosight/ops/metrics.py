"""GET /metrics: what `kit.meters` counts, as Prometheus reads it, with the names of contract 2."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from gosight.kit.meters import Meters, Spread

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
        found = ((label, spread) for label, spread in meters.query_times.copy().items() if self._may(label[0]))
        _fill(asked, found)
        yield asked

    def _counter(self, name: str, told: str, by: str, counts: Mapping[tuple[str, str], int]) -> CounterMetricFamily:
        family = CounterMetricFamily(name, told, labels=["customer_id", by])
        for (project, value), count in sorted(counts.items()):
            if self._may(project):
                family.add_metric([project, value], count)
        return family

    def _of(self, spreads: Mapping[str, Spread]) -> Iterator[tuple[str, Spread]]:
        return ((project, spread) for project, spread in spreads.items() if self._may(project))

    def _may(self, project: str) -> bool:
        return self._only is None or project in self._only


def _fill(family: HistogramMetricFamily, spreads: Iterable[tuple[tuple[str, ...], Spread]]) -> None:
    for labels, spread in spreads:
        family.add_metric(list(labels), list(spread.buckets()), spread.sum)


def text(meters: Meters, only: Collection[str] | None) -> bytes:
    """All that is counted of these projects; of all projects (None) with what the process takes of the machine."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Counted(meters, only))
    if only is None:
        ProcessCollector(registry=registry)
    return generate_latest(registry)
