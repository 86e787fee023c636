"""Errors, grouped and single, as contract 1 shows them (section 7)."""

import re
from collections.abc import Mapping

import msgspec

from gosight.analytics.error import Detail, Life, OccurrencesAt, Sample, Value
from gosight.analytics.errors import Fault, Occurrence, Shares
from gosight.analytics.model import ErrorStatus
from gosight.events import Frame, faults, shown_visitor
from gosight.kit.clock import iso

_OTHERS = re.compile(
    r"/node_modules/|/bower_components/|/vendors?[./~-]|://(?:[^/]{1,100}\.)?(?:unpkg\.com|jsdelivr\.net|cdnjs\.cloudflare\.com|"
    r"googleapis\.com|googletagmanager\.com|google-analytics\.com|facebook\.net|jquery\.com|hotjar\.com|intercomcdn\.com)/"
)
"""Files of which it can be told by their address that they are somebody else's code."""


class ErrorItem(msgspec.Struct, frozen=True, kw_only=True):
    """A group of errors that are one fault. Counts are of the range; `first_seen`, `last_seen` and `status` are the
    group's own; the rest is told by its latest error. `is_regression`: it was resolved, and occurred again at
    `reopened_at`. `trend`: errors in each of 24 equal parts of the range."""

    id: str
    message: str
    error_type: str
    filename: str | None
    lineno: int | None
    colno: int | None
    count: int
    session_count: int
    visitor_count: int
    first_seen: str
    last_seen: str
    status: ErrorStatus
    is_regression: bool
    reopened_at: str | None
    browsers: dict[str, int]
    trend: list[int]
    release: str | None
    url: str | None
    path: str | None


class OccurrenceItem(msgspec.Struct, frozen=True, kw_only=True):
    """A single error; `error_id` is its group."""

    id: str
    error_id: str
    timestamp: str
    message: str
    error_type: str
    filename: str | None
    lineno: int | None
    colno: int | None
    release: str | None
    url: str | None
    path: str | None
    session_id: str
    visitor_id: str
    browser: str | None
    browser_version: str | None
    os: str | None
    os_version: str | None
    device_type: str | None
    is_bot: bool
    has_replay: bool


class PathCount(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    count: int


class ReleaseCount(msgspec.Struct, frozen=True, kw_only=True):
    release: str
    count: int


class ErrorStats(msgspec.Struct, frozen=True, kw_only=True):
    """Of the range; `occurrences_over_time` has a point for every bucket."""

    occurrences_over_time: list[OccurrencesAt]
    browsers: dict[str, int]
    os: dict[str, int]
    devices: dict[str, int]
    pages: list[PathCount]
    releases: list[ReleaseCount]


class SampleSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session in which it occurred, `count` times; the moment and the address are those of the latest. Those with a
    replay come first."""

    session_id: str
    visitor_id: str
    timestamp: str
    url: str | None
    path: str | None
    browser: str | None
    os: str | None
    device_type: str | None
    count: int
    started_at: str
    has_replay: bool


class FrameItem(msgspec.Struct, frozen=True, kw_only=True):
    """Where the code was, the innermost first. `is_async`: it waited for the frames above. `in_app` is false where the
    address tells that the code is somebody else's. `sourcemap`: the id of the file's source map, if there is one."""

    function: str | None
    filename: str
    lineno: int | None
    colno: int | None
    is_async: bool
    in_app: bool
    sourcemap: str | None


class ErrorDetail(msgspec.Struct, frozen=True, kw_only=True):
    """As in the list, with `stack` and `frames` of the `latest` error."""

    id: str
    message: str
    error_type: str
    filename: str | None
    lineno: int | None
    colno: int | None
    stack: str | None
    frames: list[FrameItem]
    count: int
    session_count: int
    visitor_count: int
    first_seen: str
    last_seen: str
    status: ErrorStatus
    is_regression: bool
    reopened_at: str | None
    release: str | None
    stats: ErrorStats
    sample_sessions: list[SampleSession]
    latest: OccurrenceItem


class ErrorState(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    status: ErrorStatus


def error_item(fault: Fault, shares: Shares) -> ErrorItem:
    return ErrorItem(
        id=faults.name_of(fault.fault),
        message=fault.message,
        error_type=fault.error_type,
        filename=fault.filename,
        lineno=fault.lineno,
        colno=fault.colno,
        count=fault.occurrences,
        session_count=fault.sessions,
        visitor_count=fault.visitors,
        first_seen=iso(fault.first_seen),
        last_seen=iso(fault.last_seen),
        status=fault.status,
        is_regression=_is_regression(fault),
        reopened_at=_reopened(fault),
        browsers=shares.browsers,
        trend=shares.trend,
        release=fault.release,
        url=fault.url,
        path=fault.path,
    )


def _is_regression(life: Fault | Life) -> bool:
    return life.reopened_at is not None


def _reopened(life: Fault | Life) -> str | None:
    return None if life.reopened_at is None else iso(life.reopened_at)


def occurrence_item(occurrence: Occurrence, *, personal: bool) -> OccurrenceItem:
    return OccurrenceItem(
        id=occurrence.id,
        error_id=faults.name_of(occurrence.fault),
        timestamp=iso(occurrence.ts),
        message=occurrence.message,
        error_type=occurrence.error_type,
        filename=occurrence.filename,
        lineno=occurrence.lineno,
        colno=occurrence.colno,
        release=occurrence.release,
        url=occurrence.url,
        path=occurrence.path,
        session_id=occurrence.session_id,
        visitor_id=shown_visitor(occurrence.visitor_id, personal=personal),
        browser=occurrence.browser,
        browser_version=occurrence.browser_version,
        os=occurrence.os,
        os_version=occurrence.os_version,
        device_type=occurrence.device_type,
        is_bot=occurrence.is_bot,
        has_replay=occurrence.has_replay,
    )


def error_detail(
    detail: Detail, where: tuple[Frame, ...], sourcemaps: Mapping[str, str], *, personal: bool
) -> ErrorDetail:
    """`where` are the frames of its stack, `sourcemaps` the ids of the maps that there are by address."""
    latest, total = detail.latest, detail.total
    return ErrorDetail(
        id=faults.name_of(detail.fault),
        message=latest.message,
        error_type=latest.error_type,
        filename=latest.filename,
        lineno=latest.lineno,
        colno=latest.colno,
        stack=detail.stack or None,
        frames=[_frame(frame, sourcemaps.get(frame.file)) for frame in where],
        count=total.occurrences,
        session_count=total.sessions,
        visitor_count=total.visitors,
        first_seen=iso(detail.life.first_seen),
        last_seen=iso(detail.life.last_seen),
        status=detail.life.status,
        is_regression=_is_regression(detail.life),
        reopened_at=_reopened(detail.life),
        release=latest.release,
        stats=_stats(detail),
        sample_sessions=[_sample(sample, personal=personal) for sample in detail.samples],
        latest=occurrence_item(latest, personal=personal),
    )


def _stats(detail: Detail) -> ErrorStats:
    return ErrorStats(
        occurrences_over_time=detail.over_time,
        browsers=_counts(detail.by("browser")),
        os=_counts(detail.by("os")),
        devices=_counts(detail.by("device_type")),
        pages=[PathCount(path=value.value or "", count=value.occurrences) for value in detail.by("path")],
        releases=[ReleaseCount(release=value.value or "", count=value.occurrences) for value in detail.by("release")],
    )


def _counts(values: list[Value]) -> dict[str, int]:
    return {value.value or "": value.occurrences for value in values}


def _frame(frame: Frame, sourcemap: str | None) -> FrameItem:
    return FrameItem(
        function=frame.function or None,
        filename=frame.file,
        lineno=frame.lineno,
        colno=frame.colno,
        is_async=frame.is_async,
        in_app=not _OTHERS.search(frame.file),
        sourcemap=sourcemap,
    )


def _sample(sample: Sample, *, personal: bool) -> SampleSession:
    return SampleSession(
        session_id=sample.session_id,
        visitor_id=shown_visitor(sample.visitor_id, personal=personal),
        timestamp=iso(sample.ts),
        url=sample.url,
        path=sample.path,
        browser=sample.browser,
        os=sample.os,
        device_type=sample.device_type,
        count=sample.occurrences,
        started_at=iso(sample.started_at),
        has_replay=sample.has_replay,
    )
