"""One page as its visitors used it: where they clicked, how far they scrolled, what they looked at, where cursors were.

Clicks and scrolls are read from rows that derivation keeps for this; cursors from the events' payloads. All answers are
bounded, however much there is. Pixels are CSS pixels of the page, from its upper left corner.
"""

from collections.abc import Sequence

import msgspec

from gosight.analytics.model import Filters, HeatmapKind, Range
from gosight.events import EventFile
from gosight.store.duck import Cursor
from gosight.store.sqlfile import sql

SPOTS = 2_000
"""Places of a map at most, the fullest: some 100 KB."""
ELEMENTS = 100
"""Elements at most, the most clicked ones; and as many on which clicks rage or die."""
STEPS = tuple(range(5, 101, 5))
"""Percent of a page at which it is counted who came that far."""
BANDS_A_WINDOW, MOST_BANDS = 8, 100
"""Bands of the attention map: eight a window, a hundred a page at most."""
REST_MS = 60_000
"""A window that rests longer on one place is not looked at any more: a minute is long for a screenful."""
USUAL_WINDOW = 800
"""Height of a window where nobody told any."""


class Spot(msgspec.Struct, frozen=True):
    """A place, its clicks or points, and the element where one is known."""

    x: float
    y: float
    times: int
    selector: str | None = None


class Offset(msgspec.Struct, frozen=True):
    """A place within an element: 0 is its left or upper edge, 1 the other."""

    x: float
    y: float
    times: int


class Element(msgspec.Struct, frozen=True, kw_only=True):
    """An element that was clicked. `offsets` are of those clicks that told where in it they were; `x`, `y` are the
    middle of all."""

    selector: str
    tag: str | None
    text: str | None
    x: float | None
    y: float | None
    times: int
    rage_clicks: int
    dead_clicks: int
    offsets: list[Offset]


class Band(msgspec.Struct, frozen=True):
    """A band from `start` to `end` (pixels), and how long it was in the window in an average visit."""

    start: int
    end: int
    average_ms: float


class Heatmap(msgspec.Struct, kw_only=True):
    """`sessions` saw the page. `width`, `height` are their window's median, `page_height` the page's; None where nobody
    told. `scrolled`: sessions that came as far as each of STEPS, of `scroll_sessions` that told how far they came."""

    sessions: int = 0
    width: int | None = None
    height: int | None = None
    page_height: int | None = None
    clicks: int = 0
    spots: list[Spot] = []
    elements: list[Element] = []
    scroll_sessions: int = 0
    scrolled: list[int] = msgspec.field(default_factory=lambda: [0] * len(STEPS))
    bands: list[Band] = []
    moves: list[Spot] = []


class Clicked(msgspec.Struct, frozen=True):
    path: str
    clicks: int
    total: int


class _Span(msgspec.Struct, frozen=True):
    first: int | None
    last: int | None


class _Visits(msgspec.Struct, frozen=True):
    sessions: int
    width: int | None
    height: int | None


class _Extent(msgspec.Struct, frozen=True):
    clicks: int
    page_height: int | None


class _Height(msgspec.Struct, frozen=True):
    page_height: int | None


class _Part(msgspec.Struct, frozen=True):
    kind: str
    selector: str
    tag: str | None
    text: str | None
    x: float | None
    y: float | None
    times: int


class _Trouble(msgspec.Struct, frozen=True):
    selector: str
    rage_clicks: int
    dead_clicks: int


class _Depth(msgspec.Struct, frozen=True):
    percent: int
    sessions: int


class _Rested(msgspec.Struct, frozen=True):
    band: int
    total_ms: int
    visits: int


def read(file: EventFile, during: Range, only: Filters, path: str, kinds: Sequence[HeatmapKind]) -> Heatmap:
    """A page's figures, and the maps of these kinds, under one deadline."""
    found = Heatmap()
    with file.reading() as cursor:
        chosen = _chosen(cursor, during, only)
        if chosen is None:
            return found
        asked = chosen | {"path": path}
        _size(cursor, asked, found)
        if HeatmapKind.click in kinds:
            found.spots = cursor.all(sql("analytics", "heatmaps.spots"), asked | {"spots": SPOTS}, into=Spot)
            found.elements = _elements(cursor, asked)
        if HeatmapKind.scroll in kinds:
            found.scroll_sessions, found.scrolled = _scrolled(cursor, asked)
        if HeatmapKind.attention in kinds:
            found.bands = _bands(cursor, asked, found)
        if HeatmapKind.move in kinds:
            found.moves = cursor.all(sql("analytics", "heatmaps.moves"), asked | {"spots": SPOTS}, into=Spot)
    return found


def pages(
    file: EventFile, during: Range, only: Filters, search: str | None, page: int, per_page: int
) -> tuple[list[Clicked], int]:
    """Pages that were clicked, the most clicked first, and how many there are."""
    with file.reading() as cursor:
        chosen = _chosen(cursor, during, only)
        if chosen is None:
            return [], 0
        shown = {"search": search, "limit": per_page, "offset": (page - 1) * per_page}
        rows = cursor.all(sql("analytics", "heatmaps.pages"), chosen | shown, into=Clicked)
    return rows, rows[0].total if rows else 0


def _chosen(cursor: Cursor, during: Range, only: Filters) -> dict[str, object] | None:
    """What all questions ask: which sessions, and between which numbers they are. None where there are none."""
    asked: dict[str, object] = {"since": during.since, "until": during.until, **msgspec.structs.asdict(only)}
    del asked["path"]
    span = cursor.one(sql("analytics", "heatmaps.span"), asked, into=_Span)
    return None if span.first is None else asked | {"first": span.first, "last": span.last}


def _size(cursor: Cursor, asked: dict[str, object], found: Heatmap) -> None:
    viewing = {name: value for name, value in asked.items() if name not in ("first", "last")}
    visits = cursor.one(sql("analytics", "heatmaps.visits"), viewing, into=_Visits)
    extent = cursor.one(sql("analytics", "heatmaps.extent"), asked, into=_Extent)
    if extent.clicks and not visits.sessions:
        visits = cursor.one(sql("analytics", "heatmaps.clickers"), asked, into=_Visits)
    found.sessions, found.width, found.height = visits.sessions, visits.width, visits.height
    found.clicks, found.page_height = extent.clicks, extent.page_height
    if found.page_height is None:
        only = {name: asked[name] for name in ("path", "first", "last")}
        found.page_height = cursor.one(sql("analytics", "heatmaps.height"), only, into=_Height).page_height


def _elements(cursor: Cursor, asked: dict[str, object]) -> list[Element]:
    signals = cursor.all(sql("analytics", "heatmaps.signals"), asked | {"most": ELEMENTS}, into=_Trouble)
    trouble = {row.selector: row for row in signals}
    named = {"elements": ELEMENTS, "named": list(trouble)}
    elements: list[_Part] = []
    offsets: dict[str, list[Offset]] = {}
    for part in cursor.all(sql("analytics", "heatmaps.elements"), asked | named, into=_Part):
        if part.kind == "element":
            elements.append(part)
        elif part.x is not None and part.y is not None:
            offsets.setdefault(part.selector, []).append(Offset(part.x, part.y, part.times))
    return [_element(part, trouble.get(part.selector), offsets.get(part.selector, [])) for part in elements]


def _element(part: _Part, signals: _Trouble | None, offsets: list[Offset]) -> Element:
    return Element(
        selector=part.selector,
        tag=part.tag,
        text=part.text,
        x=part.x,
        y=part.y,
        times=part.times,
        rage_clicks=signals.rage_clicks if signals else 0,
        dead_clicks=signals.dead_clicks if signals else 0,
        offsets=offsets,
    )


def _scrolled(cursor: Cursor, asked: dict[str, object]) -> tuple[int, list[int]]:
    depths = cursor.all(sql("analytics", "heatmaps.scroll"), asked, into=_Depth)
    return (
        sum(depth.sessions for depth in depths),
        [sum(depth.sessions for depth in depths if depth.percent >= step) for step in STEPS],
    )


def _bands(cursor: Cursor, asked: dict[str, object], page: Heatmap) -> list[Band]:
    """Down to the page's lower end, also where nobody came."""
    window = page.height or USUAL_WINDOW
    height = max(page.page_height or window, 1)
    band = max(10, -(-window // BANDS_A_WINDOW // 10) * 10, -(-height // MOST_BANDS))
    bands = -(-height // band)
    rested = cursor.all(
        sql("analytics", "heatmaps.attention"),
        asked | {"band": band, "bands": bands, "window": window, "rest_ms": REST_MS},
        into=_Rested,
    )
    average = {row.band: row.total_ms / row.visits for row in rested}
    return [Band(at * band, min(height, (at + 1) * band), average.get(at, 0.0)) for at in range(bands)]
