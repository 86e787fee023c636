"""What the dashboard's Explore page asks: a query's rows with their types, as a file, and figures as queries."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from gosight.analytics import Filters, Interval, Range
from gosight.analytics.asked import RANGE
from gosight.control import Access
from gosight.kit.access import Permission, needs
from gosight.kit.wire import rate
from gosight.kit.wire.envelopes import Reply
from gosight.query.answers import PARQUET, encoded, plain, preferred
from gosight.query.figures import Asked, Figure, statement
from gosight.query.model import Result
from gosight.query.queries import Queries
from gosight.query.stop import Stop, while_heard

PROJECT = "/api/v1/projects/{project:str}"


class SqlWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One SELECT, in ClickHouse's dialect or DuckDB's, at most 64 KB. The project is the address's: a condition on
    customer_id may be there and need not."""

    sql: str


class SqlColumn(msgspec.Struct, frozen=True, kw_only=True):
    """`type`: DuckDB's name of it."""

    name: str
    type: str


class SqlAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Rows in the order of the columns. `truncated`: there were more than an answer holds."""

    columns: list[SqlColumn]
    rows: list[list[Any]]
    truncated: bool
    execution_time_ms: float


class FigureSql(msgspec.Struct, frozen=True, kw_only=True):
    sql: str


@post(f"{PROJECT}/sql", status_code=200)
async def run_sql(
    request: Request[Any, Any, Any],
    data: JSONBody[SqlWish],
    access: NamedDependency[Access],
    queries: NamedDependency[Queries],
) -> Reply[SqlAnswer]:
    """Run a query over the project's tables; rows come as lists, columns with their types. Where the client goes away
    the query ends."""
    rate.note(request, queries.count(access.project))
    stop = Stop()

    def run() -> SqlAnswer:
        return _answer(queries.run(access.project, data.sql, needs_customer=False, stop=stop))

    return Reply(data=await while_heard(request.receive, run, stop))


def _answer(found: Result) -> SqlAnswer:
    return SqlAnswer(
        columns=[SqlColumn(name=column.name, type=column.type) for column in found.columns],
        rows=[[plain(value) for value in row] for row in found.rows],
        truncated=found.truncated,
        execution_time_ms=found.execution_time_ms,
    )


@post(f"{PROJECT}/sql/file", opt=needs(Permission.export_read), status_code=200, sync_to_thread=True)
def export_sql(
    request: Request[Any, Any, Any],
    data: JSONBody[SqlWish],
    access: NamedDependency[Access],
    queries: NamedDependency[Queries],
) -> Response[bytes]:
    """The same as a file, by `Accept` as POST /query has it."""
    rate.note(request, queries.count(access.project))
    accept = request.headers.get("accept", "")
    if preferred(accept) == PARQUET:
        body, is_cut = queries.parquet(access.project, data.sql, needs_customer=False)
        media_type = PARQUET
    else:
        found = queries.run(access.project, data.sql, needs_customer=False)
        (body, media_type), is_cut = encoded(found, accept), found.truncated
    return Response(body, media_type=media_type, headers={"X-GoSight-Truncated": "true"} if is_cut else {})


@get(f"{PROJECT}/overview/sql", dependencies=RANGE, sync_to_thread=False)
def show_figure_sql(
    access: NamedDependency[Access],
    during: NamedDependency[Range],
    only: NamedDependency[Filters],
    metric: FromQuery[Figure],
    interval: FromQuery[Interval] = Interval.day,
) -> Reply[FigureSql]:
    """A figure, series or ranking of the overview as a query that gives the same for this range, zone and filters."""
    wish = Asked(customer=access.project.id, during=during, only=only, interval=interval)
    return Reply(data=FigureSql(sql=statement(metric, wish)))


ROUTES = [
    Router(
        "/",
        route_handlers=[run_sql, export_sql, show_figure_sql],
        tags=["SQL"],
        opt=needs(Permission.sql_read),
    )
]
