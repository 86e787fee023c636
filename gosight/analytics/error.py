"""One fault in all its detail: since when, how often, where, with what stack."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

import msgspec

from gosight.analytics.errors import Chosen, Occurrence, page_of, shown_of, span_of
from gosight.analytics.fault_marks import Marks
from gosight.analytics.model import MAX_DAYS, ErrorStatus, Filters, Interval, Order, Range, buckets, instant, label
from gosight.analytics.payloads import whole_payloads
from gosight.events import EventFile, faults, payload_object
from gosight.kit.clock import from_datetime
from gosight.kit.errors import NotFound
from gosight.kit.zones import zone
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

SAMPLES = 20
"""Sessions shown of one fault."""


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """Since when a fault is there, and where it stands."""

    first_seen: datetime
    last_seen: datetime
    reopened_at: datetime | None
    status: ErrorStatus


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A value of a dimension; the `kind` "" is all of them together."""

    kind: str
    value: str | None
    occurrences: int
    sessions: int
    visitors: int


class OccurrencesAt(msgspec.Struct, frozen=True):
    """`date` is the bucket's local start."""

    date: str
    count: int


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A session in which a fault occurred; the moment and the address are those of its latest error there."""

    session_id: str
    visitor_id: str
    ts: datetime
    url: str | None
    path: str | None
    browser: str | None
    os: str | None
    device_type: str | None
    occurrences: int
    started_at: datetime
    has_replay: bool


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """One fault. `latest` is its latest error of the span, or of all time where the span has none; `stack` is that
    error's."""

    fault: int
    life: Life
    latest: Occurrence
    stack: str
    values: list[Value]
    over_time: list[OccurrencesAt]
    samples: list[Sample]

    @property
    def total(self) -> Value:
        return next(value for value in self.values if value.kind == "")

    def by(self, kind: str) -> list[Value]:
        return [value for value in self.values if value.kind == kind and value.value is not None]


class _Times(msgspec.Struct):
    position: int
    occurrences: int


class _Known(msgspec.Struct):
    fault: int


class _Payload(msgspec.Struct):
    payload: str | None


def number(error_id: str) -> int:
    """The fault with this id; NotFound where it can't be one."""
    found = faults.group_of(error_id)
    if found is None:
        raise _no_such(error_id)
    return found


def need(file: EventFile, faults_: list[int]) -> None:
    """NotFound where the project has not had all of these faults."""
    known = {row.fault for row in file.all(sql("analytics", "errors.known"), {"faults": faults_}, into=_Known)}
    for fault in faults_:
        if fault not in known:
            raise _no_such(faults.name_of(fault))


def _life(cursor: Cursor, fault: int, marks: Marks, *, bots: bool) -> Life:
    """What only bots have met is there as well, for whoever has its address."""
    asked = {"fault": fault, **msgspec.structs.asdict(marks)}
    for also_bots in (bots, True):
        found = cursor.all(sql("analytics", "error.life"), asked | {"bots": also_bots}, into=Life)
        if found:
            return found[0]
    raise _no_such(faults.name_of(fault))


def _no_such(error_id: str) -> NotFound:
    return NotFound(f"there is no error {error_id[:80]!r} in this project")


def detail(
    file: EventFile, fault: int, during: Range | None, timezone: str, only: Filters, marks: Marks, interval: Interval
) -> Detail:
    """One fault in a range, or in all its life where none is given."""
    with file.reading() as cursor:
        lived = _life(cursor, fault, marks, bots=only.bots)
        chosen = Chosen(fault=fault)
        span = during or _lifetime(lived, timezone)
        asked = span_of(span.since, span.until, only, chosen)
        latest = _latest(cursor, asked, marks) or _latest(cursor, _ever(lived, chosen), marks)
        if latest is None:
            raise _no_such(faults.name_of(fault))
        stored = cursor.one(sql("analytics", "error.payload"), {"seq": latest.seq}, into=_Payload).payload
        payload = whole_payloads(cursor, [latest.seq]).get(latest.seq, stored)
        told = payload_object(payload).get("stack")
        return Detail(
            fault=fault,
            life=lived,
            latest=latest,
            stack=told if isinstance(told, str) else "",
            values=cursor.all(sql("analytics", "error.dimensions"), asked, into=Value),
            over_time=_over_time(cursor, asked, span, interval),
            samples=cursor.all(sql("analytics", "error.sessions"), asked | {"most": SAMPLES}, into=Sample),
        )


def _lifetime(lived: Life, timezone: str) -> Range:
    """Whole days; where the clock of somebody's browser stands in the past, ten years are enough."""
    where = zone(timezone)
    first, last = (
        datetime.combine(at.replace(tzinfo=UTC).astimezone(where).date(), time.min)
        for at in (lived.first_seen, lived.last_seen)
    )
    end = last + timedelta(days=1)
    return Range(start=max(first, end - timedelta(days=MAX_DAYS)), end=end, timezone=timezone)


def _ever(lived: Life, chosen: Chosen) -> dict[str, object]:
    """Everybody's, over all time."""
    since, until = from_datetime(lived.first_seen), from_datetime(lived.last_seen) + 1
    return span_of(since, until, Filters(bots=True), chosen)


def _latest(cursor: Cursor, asked: Mapping[str, object], marks: Marks) -> Occurrence | None:
    every = {**asked, **msgspec.structs.asdict(marks), **shown_of(Chosen())}
    rows, _ = page_of(cursor, "errors.list", every, Order.desc, 1, 1, Occurrence)
    return rows[0] if rows else None


def _over_time(cursor: Cursor, asked: dict[str, object], span: Range, interval: Interval) -> list[OccurrencesAt]:
    starts = buckets(span, interval)
    edges = [max(instant(start, span.zone), span.since) for start in starts]
    counted = [0] * len(starts)
    for times in cursor.all(sql("analytics", "error.series"), asked | {"starts": edges}, into=_Times):
        counted[times.position] = times.occurrences
    return [OccurrencesAt(label(start, interval), count) for start, count in zip(starts, counted, strict=True)]
