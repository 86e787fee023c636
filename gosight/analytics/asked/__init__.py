"""What a request asks of analytics, read from its query: range, filters, conditions, page. For routes: with it comes
the framework, which all else of analytics does without."""

import re
from typing import Any

from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery

from gosight.analytics.errors import Chosen
from gosight.analytics.model import Filters, Range, read_range
from gosight.analytics.sessions import Conditions
from gosight.control import Access
from gosight.events import faults
from gosight.kit.access import Permission
from gosight.kit.clock import Clock
from gosight.kit.errors import field_error
from gosight.kit.wire.envelopes import MAX_PER_PAGE
from gosight.kit.wire.paging import Page, page_of

__all__ = ["CONDITIONS", "ERRORS", "EVENT_PAGING", "LIFE", "RANGE", "types"]

MAX_TEXT = 2_048
"""Characters of a filter's value."""
MAX_EVENTS_PER_PAGE = 500
MAX_SECONDS = 10**9
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_DEVICES = ("desktop", "mobile", "tablet")


def _during(
    clock: NamedDependency[Clock],
    start_date: FromQuery[str | None] = None,
    end_date: FromQuery[str | None] = None,
    timezone: FromQuery[str | None] = None,
) -> Range:
    return read_range(start_date, end_date, timezone, clock())


def _perhaps_during(
    clock: NamedDependency[Clock],
    start_date: FromQuery[str | None] = None,
    end_date: FromQuery[str | None] = None,
    timezone: FromQuery[str | None] = None,
) -> Range | None:
    """None where neither end is given."""
    found = read_range(start_date, end_date, timezone, clock())
    return found if start_date or end_date else None


def _only(
    access: NamedDependency[Access],
    path: FromQuery[str | None] = None,
    referrer: FromQuery[str | None] = None,
    country: FromQuery[str | None] = None,
    browser: FromQuery[str | None] = None,
    os: FromQuery[str | None] = None,
    device_type: FromQuery[str | None] = None,
    utm_source: FromQuery[str | None] = None,
    utm_medium: FromQuery[str | None] = None,
    utm_campaign: FromQuery[str | None] = None,
    user_id: FromQuery[str | None] = None,
    bots: FromQuery[bool | None] = None,
) -> Filters:
    if user_id:
        access.grant.need(Permission.personal_read)
    if country and not _COUNTRY.fullmatch(country):
        raise field_error("country", "a code of two letters such as US", country)
    if device_type and device_type not in _DEVICES:
        raise field_error("device_type", "desktop, mobile or tablet", device_type)
    return Filters(
        path=_text("path", path),
        referrer=_text("referrer", referrer),
        country=country.upper() if country else None,
        browser=_text("browser", browser),
        os=_text("os", os),
        device_type=device_type or None,
        utm_source=_text("utm_source", utm_source),
        utm_medium=_text("utm_medium", utm_medium),
        utm_campaign=_text("utm_campaign", utm_campaign),
        user_id=_text("user_id", user_id),
        bots=bool(bots),
    )


def _conditions(
    visitor_id: FromQuery[str | None] = None,
    has_error: FromQuery[bool | None] = None,
    has_rage_click: FromQuery[bool | None] = None,
    has_dead_click: FromQuery[bool | None] = None,
    has_error_click: FromQuery[bool | None] = None,
    has_thrashed_cursor: FromQuery[bool | None] = None,
    is_frustrated: FromQuery[bool | None] = None,
    has_replay: FromQuery[bool | None] = None,
    min_duration: FromQuery[float | None] = None,
    max_duration: FromQuery[float | None] = None,
) -> Conditions:
    if min_duration is not None and max_duration is not None and max_duration < min_duration:
        raise field_error("max_duration", f"at least min_duration ({min_duration:g})", max_duration)
    return Conditions(
        visitor_id=_text("visitor_id", visitor_id),
        has_error=has_error,
        has_rage_click=has_rage_click,
        has_dead_click=has_dead_click,
        has_error_click=has_error_click,
        has_thrashed_cursor=has_thrashed_cursor,
        is_frustrated=is_frustrated,
        has_replay=has_replay,
        min_duration_ms=_milliseconds("min_duration", min_duration),
        max_duration_ms=_milliseconds("max_duration", max_duration),
    )


def _chosen(
    search: FromQuery[str | None] = None,
    error_id: FromQuery[str | None] = None,
    release: FromQuery[str | None] = None,
) -> Chosen:
    fault = faults.group_of(error_id) if error_id else None
    if error_id and fault is None:
        raise field_error("error_id", 'the id of an error such as "err_0123456789abcdef"', error_id)
    return Chosen(search=_text("search", search), fault=fault, release=_text("release", release))


def _event_paging(page: FromQuery[int | None] = None, per_page: FromQuery[int | None] = None) -> Page:
    return page_of(page, per_page, MAX_PER_PAGE, MAX_EVENTS_PER_PAGE)


def _text(field: str, value: str | None) -> str | None:
    if value is not None and len(value) > MAX_TEXT:
        raise field_error(field, f"at most {MAX_TEXT} characters", value)
    return value or None


def _milliseconds(field: str, seconds: float | None) -> int | None:
    if seconds is None:
        return None
    if not 0 <= seconds <= MAX_SECONDS:
        raise field_error(field, f"seconds from 0 to {MAX_SECONDS}", seconds)
    return round(seconds * 1000)


def types(given: str | None) -> list[str] | None:
    """`click,page_view` as a list; None for all."""
    found = [part.strip() for part in (given or "").split(",") if part.strip()]
    if len(found) > 50 or any(len(part) > 100 for part in found):
        raise field_error("event_types", "at most 50 types of 100 characters, separated by commas", given)
    return found or None


RANGE: dict[str, Any] = {
    "during": Provide(_during, sync_to_thread=False),
    "only": Provide(_only, sync_to_thread=False),
}
LIFE: dict[str, Any] = RANGE | {"during": Provide(_perhaps_during, sync_to_thread=False)}
ERRORS: dict[str, Any] = {"chosen": Provide(_chosen, sync_to_thread=False)}
CONDITIONS: dict[str, Any] = {"conditions": Provide(_conditions, sync_to_thread=False)}
EVENT_PAGING: dict[str, Any] = {"paging": Provide(_event_paging, sync_to_thread=False)}
