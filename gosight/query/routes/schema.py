"""What SQL may name, for editors and for people."""

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency

from gosight.kit.access import Permission, needs
from gosight.kit.wire.envelopes import Reply
from gosight.query.model import Function, Table
from gosight.query.queries import Queries

PROJECT = "/api/v1/projects/{project:str}"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a query may use; `queries_per_minute` of the project, 0: no limit."""

    max_rows: int
    timeout_seconds: float
    queries_per_minute: int


class Schema(msgspec.Struct, frozen=True, kw_only=True):
    """`tables` with their columns, `functions` by name."""

    tables: list[Table]
    functions: list[Function]
    limits: Limits


@get(f"{PROJECT}/sql/schema", opt=needs(Permission.sql_read), sync_to_thread=False)
def show_schema(queries: NamedDependency[Queries]) -> Reply[Schema]:
    """The tables, functions and limits of SQL."""
    return Reply(
        data=Schema(
            tables=queries.tables(),
            functions=queries.functions(),
            limits=Limits(
                max_rows=queries.max_rows,
                timeout_seconds=queries.seconds,
                queries_per_minute=queries.per_minute,
            ),
        )
    )


ROUTES = [Router("/", route_handlers=[show_schema], tags=["SQL"])]
