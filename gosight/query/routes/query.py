"""`POST /query` of contract 2."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from gosight.control import Access, Control
from gosight.kit.access import Caller, Permission
from gosight.kit.wire import rate
from gosight.query.answers import PARQUET, encoded, preferred
from gosight.query.queries import Queries


class QueryWish(msgspec.Struct, frozen=True, kw_only=True):
    """`customer_id`: the project's id or slug; `sql`: one SELECT, ClickHouse's or DuckDB's, at most 64 KB."""

    customer_id: str
    sql: str


class QueryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`truncated`: there were more rows than an answer holds."""

    success: bool = True
    data: list[dict[str, Any]]
    columns: list[str]
    row_count: int
    execution_time_ms: float
    truncated: bool


@post("/query", status_code=200, sync_to_thread=True)
def run_query(
    request: Request[Any, Any, Any],
    data: JSONBody[QueryWish],
    control: NamedDependency[Control],
    caller: NamedDependency[Caller],
    queries: NamedDependency[Queries],
) -> Response[QueryAnswer]:
    """One SELECT over the project's tables. By `Accept` the answer is JSON, `text/csv`, `application/x-ndjson`
    or `application/vnd.apache.parquet`; but for JSON, `X-GoSight-Truncated: true` tells of more rows."""
    access: Access = control.door.access(caller, data.customer_id)
    access.grant.need(Permission.sql_read)
    rate.note(request, queries.count(access.project))
    accept = request.headers.get("accept", "")
    if preferred(accept) == PARQUET:
        body, is_cut = queries.parquet(access.project, data.sql)
        media_type = PARQUET
    else:
        found = queries.run(access.project, data.sql)
        (body, media_type), is_cut = encoded(found, accept), found.truncated
    headers = {"X-GoSight-Truncated": "true"} if is_cut else {}
    return Response(body, media_type=media_type, headers=headers)  # type: ignore[arg-type]


ROUTES = [Router("/", route_handlers=[run_query], tags=["SQL"])]
