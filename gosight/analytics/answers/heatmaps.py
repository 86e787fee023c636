"""Heatmaps, as contract 1 shows them (section 9)."""

import msgspec

from gosight.analytics.heatmaps import STEPS, Band, Clicked, Element, Heatmap, Spot
from gosight.kit.clock import iso_of
from gosight.replay import SeenPage


class Viewport(msgspec.Struct, frozen=True, kw_only=True):
    """The median of these sessions, in CSS pixels; null where nobody told."""

    width: int | None
    height: int | None


class ClickSpot(msgspec.Struct, frozen=True, kw_only=True):
    """Clicks within 10 px; `x`, `y` are their middle, in pixels of the page."""

    x: int
    y: int
    count: int
    selector: str | None


class MoveSpot(msgspec.Struct, frozen=True, kw_only=True):
    """Cursors within 20 px; `x`, `y` are their middle, in pixels of the page."""

    x: int
    y: int
    count: int


class ElementOffset(msgspec.Struct, frozen=True, kw_only=True):
    """Where in an element: 0 is its left or upper edge, 1 its right or lower one."""

    x: float
    y: float
    count: int


class ClickedElement(msgspec.Struct, frozen=True, kw_only=True):
    """`offsets` are of those clicks that told where in the element they were; `x`, `y` the middle of all, in pixels of
    the page. Rage and dead clicks are signals, of which a rage click is several clicks."""

    selector: str
    tag: str | None
    text: str | None
    clicks: int
    rage_clicks: int
    dead_clicks: int
    x: int | None
    y: int | None
    offsets: list[ElementOffset]


class ScrollDepth(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions whose window's lower edge came that far down."""

    depth_percent: int
    reached_count: int


class AttentionBand(msgspec.Struct, frozen=True, kw_only=True):
    """How long a band of the page was in the window, in an average visit of the page."""

    y_start: int
    y_end: int
    avg_time_ms: int


class PageHeatmap(msgspec.Struct, frozen=True, kw_only=True):
    """Maps that were not asked for are empty. `scroll_steps` is `scroll_map` in steps of 5 percent; both are of the
    `scroll_sessions` that told how far they came."""

    path: str
    total_sessions: int
    total_clicks: int
    viewport: Viewport
    page_height: int | None
    click_map: list[ClickSpot]
    elements: list[ClickedElement]
    scroll_sessions: int
    scroll_map: list[ScrollDepth]
    scroll_steps: list[ScrollDepth]
    attention_map: list[AttentionBand]
    move_map: list[MoveSpot]


class ClickedPage(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    clicks: int


def heatmap(path: str, found: Heatmap, *, with_scroll: bool) -> PageHeatmap:
    steps = [ScrollDepth(depth_percent=at, reached_count=n) for at, n in zip(STEPS, found.scrolled, strict=True)]
    return PageHeatmap(
        path=path,
        total_sessions=found.sessions,
        total_clicks=found.clicks,
        viewport=Viewport(width=found.width, height=found.height),
        page_height=found.page_height,
        click_map=[_click(spot) for spot in found.spots],
        elements=[_element(element) for element in found.elements],
        scroll_sessions=found.scroll_sessions,
        scroll_map=[step for step in steps if step.depth_percent % 25 == 0] if with_scroll else [],
        scroll_steps=steps if with_scroll else [],
        attention_map=[_band(band) for band in found.bands],
        move_map=[MoveSpot(x=round(spot.x), y=round(spot.y), count=spot.times) for spot in found.moves],
    )


def _click(spot: Spot) -> ClickSpot:
    return ClickSpot(x=round(spot.x), y=round(spot.y), count=spot.times, selector=spot.selector)


def _element(element: Element) -> ClickedElement:
    return ClickedElement(
        selector=element.selector,
        tag=element.tag,
        text=element.text,
        clicks=element.times,
        rage_clicks=element.rage_clicks,
        dead_clicks=element.dead_clicks,
        x=None if element.x is None else round(element.x),
        y=None if element.y is None else round(element.y),
        offsets=[ElementOffset(x=round(at.x, 3), y=round(at.y, 3), count=at.times) for at in element.offsets],
    )


def _band(band: Band) -> AttentionBand:
    return AttentionBand(y_start=band.start, y_end=band.end, avg_time_ms=round(band.average_ms))


def clicked_page(page: Clicked) -> ClickedPage:
    return ClickedPage(path=page.path, clicks=page.clicks)


class SeenPageItem(msgspec.Struct, frozen=True, kw_only=True):
    """A full snapshot (rrweb type 2): the event at `position` of this chunk. Sizes of the viewport in CSS pixels."""

    session_id: str
    index: int
    position: int
    timestamp: str
    path: str
    width: int
    height: int
    device_type: str | None


def seen_page(page: SeenPage) -> SeenPageItem:
    return SeenPageItem(
        session_id=page.session_id,
        index=page.index,
        position=page.position,
        timestamp=iso_of(page.taken_at),
        path=page.path,
        width=page.width,
        height=page.height,
        device_type=page.device_type,
    )
