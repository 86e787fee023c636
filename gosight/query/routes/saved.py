"""Saved queries: parse, call, reply."""

from typing import Any

import msgspec
from litestar import Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from gosight.control import Access
from gosight.kit.access import Caller, Permission, needs
from gosight.kit.clock import Clock, iso_of
from gosight.kit.wire.envelopes import Done, Reply
from gosight.kit.wire.paths import segment
from gosight.query import saved
from gosight.query.saved import Saved, Shown, Wish
from gosight.store.sqlite import ControlFile

PROJECT = "/api/v1/projects/{project:str}"
WRITE = needs(Permission.queries_write)


class SavedItem(msgspec.Struct, frozen=True, kw_only=True):
    """`created_by`, `changed_by`: the member's name; null where a key did it, or the member is gone."""

    id: str
    name: str
    description: str
    shown: Shown
    created_by: str | None
    created_at: str
    changed_by: str | None
    changed_at: str


class SavedQuery(SavedItem, frozen=True, kw_only=True):
    """With its text."""

    sql: str


class SavedWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`name`: 1 to 100 characters, no other query of the project has it. `sql`: up to 64 KB, kept as it is
    written and looked at when it is run. `shown`: how the result is looked at."""

    name: str
    sql: str
    description: str = ""
    shown: Shown | None = None


class SavedChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    sql: str | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType = msgspec.UNSET
    shown: Shown | msgspec.UnsetType = msgspec.UNSET

    def of(self, before: Wish) -> Wish:
        given = {name: value for name in Wish.__struct_fields__ if (value := getattr(self, name)) is not msgspec.UNSET}
        return msgspec.structs.replace(before, **given)


@get(f"{PROJECT}/queries", sync_to_thread=True)
def list_queries(access: NamedDependency[Access], control_file: NamedDependency[ControlFile]) -> Reply[list[SavedItem]]:
    """What the project's members keep, by name, without the queries' text."""
    return Reply(data=[SavedItem(**_shown(found)) for found in saved.of_project(control_file, access.project.number)])


@post(f"{PROJECT}/queries", opt=WRITE, sync_to_thread=True)
def create_query(
    data: JSONBody[SavedWish],
    access: NamedDependency[Access],
    caller: NamedDependency[Caller],
    control_file: NamedDependency[ControlFile],
    clock: NamedDependency[Clock],
) -> Reply[SavedQuery]:
    """Keep a query for the project's members."""
    wish = Wish(name=data.name, sql=data.sql, description=data.description, shown=data.shown or Shown())
    found = saved.create(control_file, access.project.number, wish, by=caller.member_id, now=clock())
    return Reply(data=_whole(found))


@get(f"{PROJECT}/queries/{{query_id:str}}", sync_to_thread=True)
def show_query(
    access: NamedDependency[Access], control_file: NamedDependency[ControlFile], query_id: FromPath[str]
) -> Reply[SavedQuery]:
    """One saved query, with its text."""
    return Reply(data=_whole(saved.one(control_file, access.project.number, segment(query_id))))


@patch(f"{PROJECT}/queries/{{query_id:str}}", opt=WRITE, sync_to_thread=True)
def change_query(
    data: JSONBody[SavedChange],
    access: NamedDependency[Access],
    caller: NamedDependency[Caller],
    control_file: NamedDependency[ControlFile],
    clock: NamedDependency[Clock],
    query_id: FromPath[str],
) -> Reply[SavedQuery]:
    """Rename a saved query, or change what it is."""
    found = saved.change(
        control_file, access.project.number, segment(query_id), data.of, by=caller.member_id, now=clock()
    )
    return Reply(data=_whole(found))


@delete(f"{PROJECT}/queries/{{query_id:str}}", opt=WRITE, status_code=200, sync_to_thread=True)
def remove_query(
    access: NamedDependency[Access], control_file: NamedDependency[ControlFile], query_id: FromPath[str]
) -> Done:
    """Remove a saved query, for everybody."""
    saved.remove(control_file, access.project.number, segment(query_id))
    return Done()


def _shown(found: Saved) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "description": found.description,
        "shown": found.wanted_view,
        "created_by": found.created_by,
        "created_at": iso_of(found.created_at),
        "changed_by": found.changed_by,
        "changed_at": iso_of(found.changed_at),
    }


def _whole(found: Saved) -> SavedQuery:
    return SavedQuery(**_shown(found), sql=found.sql)


ROUTES = [
    Router(
        "/",
        route_handlers=[list_queries, create_query, show_query, change_query, remove_query],
        tags=["Saved queries"],
        opt=needs(Permission.sql_read),
    )
]
