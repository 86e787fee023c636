"""Sessions, their pages, events and signals, as contract 1 shows them."""

from typing import Any

import msgspec

from gosight.analytics.sessions import Detail, Event, FoundSignal, PageVisit, SessionFacts, SessionRow
from gosight.events import SignalType, faults, payload_object, shown_visitor
from gosight.kit.clock import iso


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
        visitor_id=shown_visitor(row.visitor_id, personal=personal),
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
        has_replay=row.has_replay,
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
        visitor_id=shown_visitor(facts.visitor_id, personal=personal),
        user_id=facts.user_id if personal else None,
        started_at=iso(facts.started_at),
        ended_at=iso(facts.ended_at),
        duration_ms=facts.duration_ms,
        entry_url=facts.entry_url,
        exit_url=facts.exit_url,
        page_count=facts.page_count,
        has_replay=facts.has_replay,
        is_bot=facts.is_bot,
        is_frustrated=_is_frustrated(facts),
        source=facts.source,
        referrer=facts.referrer,
        language=facts.language,
        timezone=facts.timezone,
        pages=[_page(page) for page in detail.pages],
        device=full_device(facts),
        location=full_location(facts, personal=personal),
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


def full_device(facts: SessionFacts) -> FullDevice:
    return FullDevice(
        browser=facts.browser,
        browser_version=facts.browser_version,
        os=facts.os,
        os_version=facts.os_version,
        device_type=facts.device_type,
        screen_resolution=facts.screen,
        viewport=facts.viewport,
    )


def full_location(facts: SessionFacts, *, personal: bool) -> FullLocation:
    return FullLocation(
        country=facts.country,
        country_code=facts.country,
        region=facts.region if personal else None,
        city=facts.city if personal else None,
    )


def _signal(signal: FoundSignal) -> SignalItem:
    return SignalItem(type=signal.type, timestamp=iso(signal.ts), url=signal.path or signal.url, target=signal.selector)


class EventItem(msgspec.Struct, frozen=True, kw_only=True):
    """`error_id`: the group that a `js_error` belongs to."""

    id: str
    type: str
    name: str | None
    timestamp: str
    url: str | None
    path: str | None
    payload: dict[str, Any]
    error_id: str | None


def event_item(event: Event, *, personal: bool) -> EventItem:
    return EventItem(
        id=event.id,
        type=event.type,
        name=event.name,
        timestamp=iso(event.ts),
        url=event.url,
        path=event.path,
        payload=_payload(event, personal=personal),
        error_id=None if event.fault is None else faults.name_of(event.fault),
    )


def _payload(event: Event, *, personal: bool) -> dict[str, Any]:
    """What identify carried is personal."""
    return payload_object(event.payload) if personal or event.type != "identify" else {}
