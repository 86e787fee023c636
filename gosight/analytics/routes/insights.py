"""Signs that visits went badly."""

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from gosight.analytics import asked, insights
from gosight.analytics.answers import insights as answers
from gosight.analytics.answers.insights import InsightItem, UxInsights
from gosight.analytics.model import Filters, InsightKind, Interval, Range
from gosight.analytics.presets import PRESETS, Preset
from gosight.analytics.routes.figures import PROJECT
from gosight.control import Access
from gosight.events import EventFile
from gosight.kit.access import Permission, needs
from gosight.kit.wire.envelopes import PagedReply, Reply, meta
from gosight.kit.wire.paging import PAGING, Page
from gosight.kit.wire.paths import segment


@get(f"{PROJECT}/insights", dependencies=asked.RANGE | PAGING, sync_to_thread=True)
def list_insights(
    file: NamedDependency[EventFile],
    access: NamedDependency[Access],
    during: NamedDependency[Range],
    only: NamedDependency[Filters],
    paging: NamedDependency[Page],
    type: FromQuery[InsightKind | None] = None,
    interval: FromQuery[Interval] = Interval.day,
) -> PagedReply[UxInsights]:
    """Rage, dead and error clicks and thrashed cursors of sessions that begin in the range: how many, each one, and
    where they pile up. `type` chooses among the list and the hotspots; `path` is that of the signals themselves."""
    found = insights.read(file, during, only, type, interval, paging.page, paging.per_page)
    personal = access.grant.may(Permission.personal_read)
    return PagedReply(
        data=answers.insights(found, personal=personal), meta=meta(paging.page, paging.per_page, found.total)
    )


@get(f"{PROJECT}/insights/presets", sync_to_thread=False)
def list_presets() -> Reply[list[Preset]]:
    """Numbers for `settings.signals` as other products document theirs. What one does not name stays as it is."""
    return Reply(data=list(PRESETS))


@get(f"{PROJECT}/insights/{{insight_id:str}}", sync_to_thread=True)
def show_insight(
    file: NamedDependency[EventFile], access: NamedDependency[Access], insight_id: FromPath[str]
) -> Reply[InsightItem]:
    """One signal."""
    found = insights.one(file, segment(insight_id))
    return Reply(data=answers.insight_item(found, personal=access.grant.may(Permission.personal_read)))


ROUTES = [
    Router(
        "/",
        route_handlers=[list_insights, list_presets, show_insight],
        tags=["Insights"],
        opt=needs(Permission.analytics_read),
    )
]
