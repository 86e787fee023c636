"""Signs that visits went badly: how many, where, and each one. Found as events arrive; read here.

A signal belongs to its session's start, as everything else in a visit does, so that these counts are those of the
overview. With a path, it is the path of the signal itself.
"""

import re
from collections.abc import Sequence
from datetime import datetime

import msgspec

from gosight.analytics.model import Filters, InsightKind, Interval, Range, buckets, instant, label
from gosight.events import EventFile, SignalType
from gosight.kit.clock import from_datetime
from gosight.kit.errors import NotFound
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

HOTSPOTS = 20
"""Elements named at most."""
_LETTERS: dict[SignalType, str] = {"rage_click": "r", "dead_click": "d", "error_click": "e", "thrashed_cursor": "t"}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}
_ID = re.compile(r"insight_([0-9]{1,18})_([rdet])([0-9]{1,15})(?:_([0-9]{1,6}))?")


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    rage_clicks: int = 0
    dead_clicks: int = 0
    error_clicks: int = 0
    thrashed_cursors: int = 0


class CountsAt(Counts, frozen=True, kw_only=True):
    """`date` is the bucket's local start."""

    date: str


class Insight(msgspec.Struct, frozen=True, kw_only=True):
    """A signal. `details` is JSON text as it was stored; `nth`: among those of its kind that began at that moment."""

    session_no: int
    session_id: str
    visitor_id: str
    has_replay: bool
    type: SignalType
    ts: datetime
    url: str | None
    path: str | None
    selector: str | None
    details: str | None
    nth: int

    @property
    def id(self) -> str:
        """Stays the same while a run grows: it names the session, the kind and the moment at which it began."""
        at_ms = from_datetime(self.ts) // 1000
        return f"insight_{self.session_no}_{_LETTERS[self.type]}{at_ms}" + (f"_{self.nth}" if self.nth > 1 else "")


class Hotspot(msgspec.Struct, frozen=True, kw_only=True):
    """An element of a page on which signals pile up."""

    path: str
    selector: str
    rage_click_count: int
    dead_click_count: int
    error_click_count: int
    session_count: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Counts are of all kinds; `total` is of the kind asked for, of which `page` shows some."""

    now: Counts
    before: Counts
    over_time: list[CountsAt]
    over_time_before: list[CountsAt]
    page: list[Insight]
    total: int
    hotspots: list[Hotspot]


class _Times(msgspec.Struct, frozen=True):
    position: int
    type: SignalType
    times: int


def read(
    file: EventFile,
    during: Range,
    only: Filters,
    kind: InsightKind | None,
    interval: Interval,
    page: int,
    per_page: int,
) -> Found:
    """All of a range under one deadline."""
    asked: dict[str, object] = {"since": during.since, "until": during.until, **msgspec.structs.asdict(only)}
    asked_kind = None if kind is None else kind.value
    shown = {"type": asked_kind, "limit": per_page, "offset": (page - 1) * per_page}
    with file.reading() as cursor:
        spans_before, spans = _counts(cursor, during, asked, interval)
        now = _sum(spans)
        return Found(
            now=now,
            before=_sum(spans_before),
            over_time=spans,
            over_time_before=spans_before,
            page=cursor.all(sql("analytics", "insights.list"), asked | shown, into=Insight),
            total=sum(msgspec.structs.asdict(now).values()) if kind is None else getattr(now, f"{kind}s"),
            hotspots=cursor.all(
                sql("analytics", "insights.hotspots"), asked | {"type": asked_kind, "most": HOTSPOTS}, into=Hotspot
            ),
        )


def _counts(
    cursor: Cursor, during: Range, asked: dict[str, object], interval: Interval
) -> tuple[list[CountsAt], list[CountsAt]]:
    """By the buckets of the span before, and by those of the range."""
    before = during.previous()
    starts = [(span, start) for span in (before, during) for start in buckets(span, interval)]
    edges = [max(instant(start, span.zone), span.since) for span, start in starts]
    counted: list[dict[str, int]] = [{} for _ in edges]
    both = asked | {"since": before.since, "starts": edges}
    for found in cursor.all(sql("analytics", "insights.counts"), both, into=_Times):
        counted[found.position][f"{found.type}s"] = found.times
    points = [CountsAt(date=label(start, interval), **times) for (_, start), times in zip(starts, counted, strict=True)]
    middle = sum(span is before for span, _ in starts)
    return points[:middle], points[middle:]


def _sum(spans: Sequence[Counts]) -> Counts:
    return Counts(**{name: sum(getattr(span, name) for span in spans) for name in Counts.__struct_fields__})


def one(file: EventFile, insight_id: str) -> Insight:
    """NotFound where the project has no such insight, or no longer: a late event may have made it another one."""
    asked = _ID.fullmatch(insight_id)
    if asked is not None:
        number, letter, at_ms, nth = asked.groups("1")
        found = file.first(
            sql("analytics", "insight.one"),
            {"session_no": int(number), "type": _KINDS[letter], "at": int(at_ms) * 1000, "nth": max(1, int(nth))},
            into=Insight,
        )
        if found is not None:
            return found
    raise NotFound(f"there is no insight {insight_id[:80]!r} in this project")
