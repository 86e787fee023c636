"""Single pages as their visitors used them."""

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from gosight.analytics import asked, heatmaps
from gosight.analytics.answers import heatmaps as answers
from gosight.analytics.answers.heatmaps import ClickedPage, PageHeatmap, SeenPageItem
from gosight.analytics.model import Filters, HeatmapKind, Range
from gosight.analytics.routes.figures import PROJECT
from gosight.control import Access
from gosight.events import EventFile
from gosight.kit.access import Permission, needs
from gosight.kit.errors import BadRequest
from gosight.kit.wire.envelopes import ListReply, Reply, meta
from gosight.kit.wire.paging import PAGING, Page
from gosight.replay import Replays

USUAL = (HeatmapKind.click, HeatmapKind.scroll, HeatmapKind.attention)
"""Maps of an answer where none is named: the contract's."""
FOREVER = 2**62


@get(f"{PROJECT}/heatmaps", dependencies=asked.RANGE, sync_to_thread=True)
def show_heatmap(
    file: NamedDependency[EventFile],
    during: NamedDependency[Range],
    only: NamedDependency[Filters],
    type: FromQuery[HeatmapKind | None] = None,
) -> Reply[PageHeatmap]:
    """Where sessions that begin in the range clicked a page, how far they scrolled it, and what of it they looked at.
    `path` is required. `type` asks for one map alone; `move` is only there when it is asked for."""
    if only.path is None:
        raise BadRequest("path: is required; a page such as /pricing", details={"field": "path"})
    kinds = USUAL if type is None else (type,)
    found = heatmaps.read(file, during, only, only.path, kinds)
    return Reply(data=answers.heatmap(only.path, found, with_scroll=HeatmapKind.scroll in kinds))


@get(f"{PROJECT}/heatmaps/pages", dependencies=asked.RANGE | PAGING, sync_to_thread=True)
def list_clicked_pages(
    file: NamedDependency[EventFile],
    during: NamedDependency[Range],
    only: NamedDependency[Filters],
    paging: NamedDependency[Page],
    search: FromQuery[str | None] = None,
) -> ListReply[ClickedPage]:
    """Pages that were clicked, the most clicked first."""
    rows, total = heatmaps.pages(file, during, only, search or None, paging.page, paging.per_page)
    return ListReply(data=[answers.clicked_page(row) for row in rows], meta=meta(paging.page, paging.per_page, total))


@get(f"{PROJECT}/heatmaps/page", dependencies=asked.RANGE, opt=needs(Permission.replay_read), sync_to_thread=True)
def show_seen_page(
    access: NamedDependency[Access],
    recordings: NamedDependency[Replays],
    during: NamedDependency[Range],
    only: NamedDependency[Filters],
    min_width: FromQuery[int | None] = None,
    max_width: FromQuery[int | None] = None,
) -> Reply[SeenPageItem | None]:
    """Where the page is as a visitor saw it last in the range, else before it, else after it: a full snapshot in a
    replay; null where nobody was ever recorded there. Widths of the viewport in CSS pixels, inclusive."""
    path = only.path
    if path is None:
        raise BadRequest("path: is required; a page such as /pricing", details={"field": "path"})
    for since, until in ((during.since, during.until), (0, during.since), (during.until, FOREVER)):
        found = recordings.latest_page(
            access.project.number,
            path,
            since=since,
            until=until,
            device_type=only.device_type,
            min_width=min_width,
            max_width=max_width,
        )
        if found is not None:
            return Reply(data=answers.seen_page(found))
    return Reply(data=None)


ROUTES = [
    Router(
        "/",
        route_handlers=[show_heatmap, list_clicked_pages, show_seen_page],
        tags=["Heatmaps"],
        opt=needs(Permission.analytics_read),
    )
]
