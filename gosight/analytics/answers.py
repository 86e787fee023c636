"""The shapes in which contract 1 shows figures, sessions and visitors. What a viewer may not see is None here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from gosight.analytics.model import Interval, Range, change
from gosight.analytics.overview import Figures, PageFigures, Point, Share
from gosight.analytics.sessions import Detail, Event, FoundSignal, PageVisit, SessionFacts, SessionRow
from gosight.analytics.visitors import Visitor
from gosight.events import SignalType, payload_object
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


class Device(msgspec.Struct, frozen=True, kw_only=True):
    browser: str | None
    browser_version: str | None
    os: str | None
    os_version: str | None
    device_type: str | None


class FullDevice(Device, frozen=True, kw_only=True):
    screen_resolution: str | None
    viewport: str | None


class Location(msgspec.Struct, frozen=True, kw_only=True):
    country: str | None
    city: str | None


class FullLocation(msgspec.Struct, frozen=True, kw_only=True):
    country: str | None
    country_code: str | None
    region: str | None
    city: str | None


class SessionItem(msgspec.Struct, frozen=True, kw_only=True):
    """A session in a list."""

    id: str
    visitor_id: str
    user_id: str | None
    started_at: str
    ended_at: str
    duration_ms: int
    entry_url: str | None
    exit_url: str | None
    entry_path: str | None
    exit_path: str | None
    source: str | None
    page_count: int
    event_count: int
    click_count: int
    error_count: int
    rage_click_count: int
    dead_click_count: int
    has_error: bool
    has_rage_click: bool
    has_dead_click: bool
    has_error_click: bool
    has_thrashed_cursor: bool
    has_replay: bool
    is_frustrated: bool
    is_bot: bool
    device: Device
    location: Location


def session_item(row: SessionRow, *, personal: bool) -> SessionItem:
    return SessionItem(
        id=row.session_id,
        visitor_id=row.visitor_id,
        user_id=row.user_id if personal else None,
        started_at=iso(row.started_at),
        ended_at=iso(row.ended_at),
        duration_ms=row.duration_ms,
        entry_url=row.entry_url,
        exit_url=row.exit_url,
        entry_path=row.entry_path,
        exit_path=row.exit_path,
        source=row.source,
        page_count=row.page_count,
        event_count=row.event_count,
        click_count=row.click_count,
        error_count=row.error_count,
        rage_click_count=row.rage_click_count,
        dead_click_count=row.dead_click_count,
        has_error=row.error_count > 0,
        has_rage_click=row.rage_click_count > 0,
        has_dead_click=row.dead_click_count > 0,
        has_error_click=row.error_click_count > 0,
        has_thrashed_cursor=row.thrashed_cursor_count > 0,
        has_replay=False,
        is_frustrated=_is_frustrated(row),
        is_bot=row.is_bot,
        device=Device(
            browser=row.browser,
            browser_version=row.browser_version,
            os=row.os,
            os_version=row.os_version,
            device_type=row.device_type,
        ),
        location=Location(country=row.country, city=row.city if personal else None),
    )


def _is_frustrated(row: SessionRow) -> bool:
    return bool(row.rage_click_count or row.dead_click_count or row.error_click_count or row.thrashed_cursor_count)


class PageItem(msgspec.Struct, frozen=True, kw_only=True):
    """`time_on_page_ms` is null where nobody knows when the visit ended; `scroll_depth` in percent."""

    url: str | None
    path: str | None
    title: str | None
    entered_at: str
    time_on_page_ms: int | None
    scroll_depth: float | None


class Utm(msgspec.Struct, frozen=True, kw_only=True):
    source: str | None
    medium: str | None
    campaign: str | None


class SessionStats(msgspec.Struct, frozen=True, kw_only=True):
    event_count: int
    click_count: int
    error_count: int
    rage_click_count: int
    dead_click_count: int
    error_click_count: int
    thrashed_cursor_count: int


class SignalItem(msgspec.Struct, frozen=True, kw_only=True):
    """`url` is the page's path, `target` the element's selector."""

    type: SignalType
    timestamp: str
    url: str | None
    target: str | None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    traits: dict[str, Any]


class SessionDetail(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    visitor_id: str
    user_id: str | None
    started_at: str
    ended_at: str
    duration_ms: int
    entry_url: str | None
    exit_url: str | None
    page_count: int
    has_replay: bool
    is_bot: bool
    is_frustrated: bool
    source: str | None
    referrer: str | None
    language: str | None
    timezone: str | None
    pages: list[PageItem]
    device: FullDevice
    location: FullLocation
    utm: Utm
    stats: SessionStats
    insights: list[SignalItem]
    user: Person | None


def session_detail(detail: Detail, *, personal: bool) -> SessionDetail:
    facts = detail.facts
    user = Person(id=facts.user_id, traits=detail.traits or {}) if personal and facts.user_id is not None else None
    return SessionDetail(
        id=facts.session_id,
        visitor_id=facts.visitor_id,
        user_id=facts.user_id if personal else None,
        started_at=iso(facts.started_at),
        ended_at=iso(facts.ended_at),
        duration_ms=facts.duration_ms,
        entry_url=facts.entry_url,
        exit_url=facts.exit_url,
        page_count=facts.page_count,
        has_replay=False,
        is_bot=facts.is_bot,
        is_frustrated=_is_frustrated(facts),
        source=facts.source,
        referrer=facts.referrer,
        language=facts.language,
        timezone=facts.timezone,
        pages=[_page(page) for page in detail.pages],
        device=_device(facts),
        location=_location(facts, personal=personal),
        utm=Utm(source=facts.utm_source, medium=facts.utm_medium, campaign=facts.utm_campaign),
        stats=SessionStats(
            event_count=facts.event_count,
            click_count=facts.click_count,
            error_count=facts.error_count,
            rage_click_count=facts.rage_click_count,
            dead_click_count=facts.dead_click_count,
            error_click_count=facts.error_click_count,
            thrashed_cursor_count=facts.thrashed_cursor_count,
        ),
        insights=[_signal(signal) for signal in detail.signals],
        user=user,
    )


def _page(page: PageVisit) -> PageItem:
    return PageItem(
        url=page.url,
        path=page.path,
        title=page.title,
        entered_at=iso(page.entered_at),
        time_on_page_ms=page.time_on_page_ms,
        scroll_depth=page.scroll_depth,
    )


def _device(facts: SessionFacts) -> FullDevice:
    return FullDevice(
        browser=facts.browser,
        browser_version=facts.browser_version,
        os=facts.os,
        os_version=facts.os_version,
        device_type=facts.device_type,
        screen_resolution=facts.screen,
        viewport=facts.viewport,
    )


def _location(facts: SessionFacts, *, personal: bool) -> FullLocation:
    return FullLocation(
        country=facts.country,
        country_code=facts.country,
        region=facts.region if personal else None,
        city=facts.city if personal else None,
    )


def _signal(signal: FoundSignal) -> SignalItem:
    return SignalItem(type=signal.type, timestamp=iso(signal.ts), url=signal.path or signal.url, target=signal.selector)


class EventItem(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    type: str
    name: str | None
    timestamp: str
    url: str | None
    path: str | None
    payload: dict[str, Any]


def event_item(event: Event, *, personal: bool) -> EventItem:
    return EventItem(
        id=event.id,
        type=event.type,
        name=event.name,
        timestamp=iso(event.ts),
        url=event.url,
        path=event.path,
        payload=_payload(event, personal=personal),
    )


def _payload(event: Event, *, personal: bool) -> dict[str, Any]:
    """What identify carried is personal."""
    return payload_object(event.payload) if personal or event.type != "identify" else {}


class VisitorDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor over all their sessions; device and place are the last session's, the source the first one's."""

    visitor_id: str
    user: Person | None
    first_seen: str
    last_seen: str
    sessions: int
    pageviews: int
    events: int
    source: str | None
    device: FullDevice
    location: FullLocation
    signals: SessionStats


def visitor_detail(visitor: Visitor) -> VisitorDetail:
    sessions = visitor.sessions
    last = max(sessions, key=lambda session: session.ended_at)
    return VisitorDetail(
        visitor_id=visitor.visitor_id,
        user=Person(id=visitor.user_id, traits=visitor.traits) if visitor.user_id is not None else None,
        first_seen=iso(sessions[0].started_at),
        last_seen=iso(last.ended_at),
        sessions=len(sessions),
        pageviews=sum(session.page_count for session in sessions),
        events=sum(session.event_count for session in sessions),
        source=sessions[0].source,
        device=_device(last),
        location=_location(last, personal=True),
        signals=SessionStats(
            event_count=sum(session.event_count for session in sessions),
            click_count=sum(session.click_count for session in sessions),
            error_count=sum(session.error_count for session in sessions),
            rage_click_count=sum(session.rage_click_count for session in sessions),
            dead_click_count=sum(session.dead_click_count for session in sessions),
            error_click_count=sum(session.error_click_count for session in sessions),
            thrashed_cursor_count=sum(session.thrashed_cursor_count for session in sessions),
        ),
    )


class TimelineItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a visitor did. `kind` tells which part of the product knows it."""

    kind: str
    id: str
    type: str
    name: str | None
    timestamp: str
    session_id: str
    url: str | None
    path: str | None
    label: str
    payload: dict[str, Any]


def timeline_item(event: Event) -> TimelineItem:
    payload = payload_object(event.payload)
    return TimelineItem(
        kind="event",
        id=event.id,
        type=event.type,
        name=event.name,
        timestamp=iso(event.ts),
        session_id=event.session_id,
        url=event.url,
        path=event.path,
        label=label(event, payload),
        payload=payload,
    )


def label(event: Event, payload: dict[str, object]) -> str:
    """An event in a few words."""
    target = payload.get("target")
    known = target if isinstance(target, dict) else {}
    element = str(known.get("text") or known.get("selector") or "an element")[:80]
    match event.type:
        case "page_view":
            return f"Viewed {payload.get('title') or event.path or 'a page'}"[:120]
        case "page_exit":
            return f"Left {event.path or 'the page'}"[:120]
        case "click":
            return f"Clicked '{element}'"
        case "dead_click":
            return f"Dead click on '{element}'"
        case "js_error":
            return f"Error: {payload.get('message') or 'unknown'}"[:160]
        case "scroll":
            return "Scrolled"
        case "mouse_move":
            return "Moved the cursor"
        case "web_vital":
            return f"{payload.get('name') or 'Web vital'} {payload.get('value', '')}"[:80].strip()
        case "identify":
            return f"Identified as {payload.get('user_id') or 'a user'}"[:120]
        case "session_start":
            return "Session started"
        case "session_end":
            return "Session ended"
        case other:
            return event.name or other


class FirstEvent(msgspec.Struct, frozen=True, kw_only=True):
    received: bool
    first_event_at: str | None = None
    session_id: str | None = None
    visitor_id: str | None = None
    path: str | None = None


class BreakdownItem(msgspec.Struct, frozen=True, kw_only=True):
    """`users` is null for paths."""

    value: str
    sessions: int
    users: int | None
    pageviews: int
    change: float | None


class Online(msgspec.Struct, frozen=True, kw_only=True):
    visitors: int


def first_seen(at: datetime, session_id: str, visitor_id: str | None, path: str | None) -> FirstEvent:
    return FirstEvent(received=True, first_event_at=iso(at), session_id=session_id, visitor_id=visitor_id, path=path)
