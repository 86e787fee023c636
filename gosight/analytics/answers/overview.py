"""Figures and charts of a range, as contract 1 shows them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from gosight.analytics.model import Interval, Range, change
from gosight.analytics.overview import Figures, PageFigures, Point, Share
from gosight.kit.clock import iso


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """Days, inclusive."""

    start: str
    end: str
    timezone: str
    interval: Interval


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Durations in seconds, rates and changes in percent; null where there is nothing to tell."""

    sessions: int
    sessions_change: float | None
    users: int
    users_change: float | None
    pageviews: int
    pageviews_change: float | None
    events: int
    events_change: float | None
    avg_session_duration: float | None
    avg_session_duration_change: float | None
    bounce_rate: float | None
    bounce_rate_change: float | None
    pages_per_session: float | None
    pages_per_session_change: float | None


class TopPage(msgspec.Struct, frozen=True, kw_only=True):
    """`avg_time` in seconds, over page visits with a known end."""

    path: str
    views: int
    avg_time: float | None
    change: float | None


class TopReferrer(msgspec.Struct, frozen=True, kw_only=True):
    source: str
    sessions: int
    change: float | None


class TopCountry(msgspec.Struct, frozen=True, kw_only=True):
    country: str
    sessions: int
    change: float | None


class TopBrowser(msgspec.Struct, frozen=True, kw_only=True):
    browser: str
    sessions: int
    change: float | None


class TopOs(msgspec.Struct, frozen=True, kw_only=True):
    os: str
    sessions: int
    change: float | None


class TopDevice(msgspec.Struct, frozen=True, kw_only=True):
    device_type: str
    sessions: int
    change: float | None


class TopUtmSource(msgspec.Struct, frozen=True, kw_only=True):
    utm_source: str
    sessions: int
    change: float | None


class TopUtmMedium(msgspec.Struct, frozen=True, kw_only=True):
    utm_medium: str
    sessions: int
    change: float | None


class TopUtmCampaign(msgspec.Struct, frozen=True, kw_only=True):
    utm_campaign: str
    sessions: int
    change: float | None


class TopPath(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    sessions: int
    change: float | None


class Devices(msgspec.Struct, frozen=True, kw_only=True):
    """Percent of the sessions whose device is known."""

    desktop: float
    mobile: float
    tablet: float


class Charts(msgspec.Struct, frozen=True, kw_only=True):
    """Series have a point for every bucket; `_previous` ones are of the span before. `users` only where asked for."""

    sessions_over_time: list[Point]
    sessions_over_time_previous: list[Point]
    pageviews_over_time: list[Point]
    pageviews_over_time_previous: list[Point]
    users_over_time: list[Point] | None
    users_over_time_previous: list[Point] | None
    top_pages: list[TopPage]
    top_referrers: list[TopReferrer]
    devices: Devices
    device_types: list[TopDevice]
    countries: list[TopCountry]
    browsers: list[TopBrowser]
    os: list[TopOs]
    utm_sources: list[TopUtmSource]
    utm_mediums: list[TopUtmMedium]
    utm_campaigns: list[TopUtmCampaign]
    entry_pages: list[TopPath]
    exit_pages: list[TopPath]


class Insights(msgspec.Struct, frozen=True, kw_only=True):
    rage_clicks: int
    rage_clicks_change: float | None
    dead_clicks: int
    dead_clicks_change: float | None
    error_clicks: int
    error_clicks_change: float | None
    thrashed_cursors: int
    thrashed_cursors_change: float | None
    error_sessions: int
    error_sessions_change: float | None
    frustrated_sessions: int
    frustrated_sessions_change: float | None


class Days(msgspec.Struct, frozen=True, kw_only=True):
    start: str
    end: str


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    period: Period
    previous_period: Days
    summary: Summary
    charts: Charts
    insights: Insights


def overview(figures: Figures, during: Range, interval: Interval) -> Overview:
    before = during.previous()
    return Overview(
        period=Period(
            start=during.first_day.isoformat(),
            end=during.last_day.isoformat(),
            timezone=during.timezone,
            interval=interval,
        ),
        previous_period=Days(start=before.first_day.isoformat(), end=before.last_day.isoformat()),
        summary=_summary(figures),
        charts=_charts(figures),
        insights=_insights(figures),
    )


def _summary(figures: Figures) -> Summary:
    now, before, users = figures.now, figures.before, figures.users
    depth = now.pageviews / now.sessions if now.sessions else None
    depth_before = before.pageviews / before.sessions if before.sessions else None
    return Summary(
        sessions=now.sessions,
        sessions_change=change(now.sessions, before.sessions),
        users=users.now,
        users_change=change(users.now, users.before),
        pageviews=now.pageviews,
        pageviews_change=change(now.pageviews, before.pageviews),
        events=now.events,
        events_change=change(now.events, before.events),
        avg_session_duration=now.avg_session_duration,
        avg_session_duration_change=change(now.avg_session_duration, before.avg_session_duration),
        bounce_rate=now.bounce_rate,
        bounce_rate_change=change(now.bounce_rate, before.bounce_rate),
        pages_per_session=depth,
        pages_per_session_change=change(depth, depth_before),
    )


def _charts(figures: Figures) -> Charts:
    shares = figures.shares
    now, before = figures.series, figures.series_before
    return Charts(
        sessions_over_time=now.sessions,
        sessions_over_time_previous=before.sessions,
        pageviews_over_time=now.pageviews,
        pageviews_over_time_previous=before.pageviews,
        users_over_time=now.users,
        users_over_time_previous=before.users,
        top_pages=[_top_page(page) for page in figures.pages],
        top_referrers=[
            TopReferrer(source=s.value, sessions=s.sessions, change=_of(s)) for s in shares.get("source", [])
        ],
        devices=_devices(shares.get("device_type", [])),
        device_types=[
            TopDevice(device_type=s.value, sessions=s.sessions, change=_of(s)) for s in shares.get("device_type", [])
        ],
        countries=[TopCountry(country=s.value, sessions=s.sessions, change=_of(s)) for s in shares.get("country", [])],
        browsers=[TopBrowser(browser=s.value, sessions=s.sessions, change=_of(s)) for s in shares.get("browser", [])],
        os=[TopOs(os=s.value, sessions=s.sessions, change=_of(s)) for s in shares.get("os", [])],
        utm_sources=[
            TopUtmSource(utm_source=s.value, sessions=s.sessions, change=_of(s)) for s in shares.get("utm_source", [])
        ],
        utm_mediums=[
            TopUtmMedium(utm_medium=s.value, sessions=s.sessions, change=_of(s)) for s in shares.get("utm_medium", [])
        ],
        utm_campaigns=[
            TopUtmCampaign(utm_campaign=s.value, sessions=s.sessions, change=_of(s))
            for s in shares.get("utm_campaign", [])
        ],
        entry_pages=[TopPath(path=s.value, sessions=s.sessions, change=_of(s)) for s in shares.get("entry_path", [])],
        exit_pages=[TopPath(path=s.value, sessions=s.sessions, change=_of(s)) for s in shares.get("exit_path", [])],
    )


def _of(share: Share) -> float | None:
    return change(share.sessions, share.before)


def _top_page(page: PageFigures) -> TopPage:
    return TopPage(path=page.path, views=page.views, avg_time=page.avg_time, change=change(page.views, page.before))


def _devices(shares: Sequence[Share]) -> Devices:
    counted = {share.value: share.sessions for share in shares}
    known = sum(counted.values())
    part = {kind: 100 * counted.get(kind, 0) / known if known else 0 for kind in ("desktop", "mobile", "tablet")}
    return Devices(desktop=part["desktop"], mobile=part["mobile"], tablet=part["tablet"])


def _insights(figures: Figures) -> Insights:
    now, before = figures.now, figures.before
    return Insights(
        rage_clicks=now.rage_clicks,
        rage_clicks_change=change(now.rage_clicks, before.rage_clicks),
        dead_clicks=now.dead_clicks,
        dead_clicks_change=change(now.dead_clicks, before.dead_clicks),
        error_clicks=now.error_clicks,
        error_clicks_change=change(now.error_clicks, before.error_clicks),
        thrashed_cursors=now.thrashed_cursors,
        thrashed_cursors_change=change(now.thrashed_cursors, before.thrashed_cursors),
        error_sessions=now.error_sessions,
        error_sessions_change=change(now.error_sessions, before.error_sessions),
        frustrated_sessions=now.frustrated_sessions,
        frustrated_sessions_change=change(now.frustrated_sessions, before.frustrated_sessions),
    )


class BreakdownItem(msgspec.Struct, frozen=True, kw_only=True):
    """`users` is null for paths."""

    value: str
    sessions: int
    users: int | None
    pageviews: int
    change: float | None


class Online(msgspec.Struct, frozen=True, kw_only=True):
    visitors: int


class FirstEvent(msgspec.Struct, frozen=True, kw_only=True):
    received: bool
    first_event_at: str | None = None
    session_id: str | None = None
    visitor_id: str | None = None
    path: str | None = None


def first_seen(at: datetime, session_id: str, visitor_id: str | None, path: str | None) -> FirstEvent:
    return FirstEvent(received=True, first_event_at=iso(at), session_id=session_id, visitor_id=visitor_id, path=path)
