"""Signals, their counts and their places, as contract 1 shows them (section 8)."""

from typing import Any

import msgspec

from gosight.analytics.insights import Counts, CountsAt, Found, Hotspot, Insight
from gosight.analytics.model import change
from gosight.events import SignalType, payload_object, shown_visitor
from gosight.kit.clock import iso


class InsightSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Of all kinds, whatever `type` chose. Changes in percent against the same span before, null where that was 0."""

    rage_clicks: int
    rage_clicks_change: float | None
    dead_clicks: int
    dead_clicks_change: float | None
    error_clicks: int
    error_clicks_change: float | None
    thrashed_cursors: int
    thrashed_cursors_change: float | None


class InsightItem(msgspec.Struct, frozen=True, kw_only=True):
    """A signal. `timestamp` is when it began; `target_selector` is null where no element is known."""

    id: str
    type: SignalType
    timestamp: str
    session_id: str
    visitor_id: str
    url: str | None
    path: str | None
    target_selector: str | None
    details: dict[str, Any]
    has_replay: bool


class UxInsights(msgspec.Struct, frozen=True, kw_only=True):
    """`insights` is a page of them, the latest first; `over_time` has a point for every bucket, as has
    `over_time_previous` for the span before."""

    summary: InsightSummary
    over_time: list[CountsAt]
    over_time_previous: list[CountsAt]
    insights: list[InsightItem]
    hotspots: list[Hotspot]


def insights(found: Found, *, personal: bool) -> UxInsights:
    return UxInsights(
        summary=_summary(found.now, found.before),
        over_time=found.over_time,
        over_time_previous=found.over_time_before,
        insights=[insight_item(insight, personal=personal) for insight in found.page],
        hotspots=found.hotspots,
    )


def _summary(now: Counts, before: Counts) -> InsightSummary:
    return InsightSummary(
        rage_clicks=now.rage_clicks,
        rage_clicks_change=change(now.rage_clicks, before.rage_clicks),
        dead_clicks=now.dead_clicks,
        dead_clicks_change=change(now.dead_clicks, before.dead_clicks),
        error_clicks=now.error_clicks,
        error_clicks_change=change(now.error_clicks, before.error_clicks),
        thrashed_cursors=now.thrashed_cursors,
        thrashed_cursors_change=change(now.thrashed_cursors, before.thrashed_cursors),
    )


def insight_item(insight: Insight, *, personal: bool) -> InsightItem:
    return InsightItem(
        id=insight.id,
        type=insight.type,
        timestamp=iso(insight.ts),
        session_id=insight.session_id,
        visitor_id=shown_visitor(insight.visitor_id, personal=personal),
        url=insight.url,
        path=insight.path,
        target_selector=insight.selector,
        details=payload_object(insight.details),
        has_replay=insight.has_replay,
    )
