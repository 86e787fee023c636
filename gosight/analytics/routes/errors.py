"""JavaScript errors, and what people decided about them."""

from typing import Annotated

import msgspec
from litestar import Router, get, patch
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from gosight.analytics import asked, error, errors, fault_marks
from gosight.analytics.answers import errors as answers
from gosight.analytics.answers.errors import ErrorDetail, ErrorItem, ErrorState, OccurrenceItem
from gosight.analytics.errors import Chosen
from gosight.analytics.model import ErrorSort, ErrorStatus, Filters, Interval, Order, Range
from gosight.analytics.routes.figures import PROJECT
from gosight.analytics.sourcemaps import Sourcemaps
from gosight.control import Access, Control
from gosight.events import EventFile, faults, frames
from gosight.kit.access import Permission, needs
from gosight.kit.errors import field_error
from gosight.kit.wire.envelopes import ListReply, Reply, meta
from gosight.kit.wire.paging import PAGING, Page
from gosight.kit.wire.paths import segment


class StatusChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    status: ErrorStatus


class StatusChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of several at once."""

    ids: Annotated[list[str], Meta(min_length=1, max_length=100)]
    status: ErrorStatus


@get(f"{PROJECT}/errors", dependencies=asked.RANGE | asked.ERRORS | PAGING, sync_to_thread=True)
def list_errors(
    file: NamedDependency[EventFile],
    access: NamedDependency[Access],
    control: NamedDependency[Control],
    during: NamedDependency[Range],
    only: NamedDependency[Filters],
    chosen: NamedDependency[Chosen],
    paging: NamedDependency[Page],
    status: FromQuery[ErrorStatus | None] = None,
    grouped: FromQuery[bool] = True,
    sort: FromQuery[ErrorSort] = ErrorSort.last_seen,
    order: FromQuery[Order] = Order.desc,
) -> ListReply[ErrorItem] | ListReply[OccurrenceItem]:
    """Errors that happened in the range: groups of those that are one fault, or with `grouped=false` each one, the
    latest first. `path` is the page on which they happened."""
    chosen = msgspec.structs.replace(chosen, status=status)
    marks = fault_marks.of_project(control.file, access.project.number)
    if not grouped:
        if sort is not ErrorSort.last_seen:
            raise field_error("sort", "last_seen where grouped is false", sort.value)
        found, total = errors.single(file, during, only, chosen, marks, order, paging.page, paging.per_page)
        personal = access.grant.may(Permission.personal_read)
        items = [answers.occurrence_item(occurrence, personal=personal) for occurrence in found]
        return ListReply(data=items, meta=meta(paging.page, paging.per_page, total))
    rows, shares, total = errors.grouped(file, during, only, chosen, marks, sort, order, paging.page, paging.per_page)
    return ListReply(
        data=[answers.error_item(row, shares[row.fault]) for row in rows],
        meta=meta(paging.page, paging.per_page, total),
    )


@get(f"{PROJECT}/errors/{{error_id:str}}", dependencies=asked.LIFE, sync_to_thread=True)
def show_error(
    file: NamedDependency[EventFile],
    access: NamedDependency[Access],
    control: NamedDependency[Control],
    sourcemaps: NamedDependency[Sourcemaps],
    error_id: FromPath[str],
    during: NamedDependency[Range | None],
    only: NamedDependency[Filters],
    timezone: FromQuery[str | None] = None,
    interval: FromQuery[Interval] = Interval.day,
) -> Reply[ErrorDetail]:
    """One group: since when, how often, in which browsers, on which pages, in which sessions, with the stack of its
    latest error. Without a range, over all its life."""
    fault = error.number(segment(error_id))
    marks = fault_marks.of_project(control.file, access.project.number)
    found = error.detail(file, fault, during, timezone or "UTC", only, marks, interval)
    where = frames(found.stack)
    addresses = [frame.file for frame in where] if access.grant.may(Permission.sourcemaps_read) else []
    maps = sourcemaps.fitting(access.project.number, found.latest.release, addresses)
    personal = access.grant.may(Permission.personal_read)
    return Reply(data=answers.error_detail(found, where, maps, personal=personal))


@patch(f"{PROJECT}/errors/{{error_id:str}}", opt=needs(Permission.errors_write), sync_to_thread=True)
def change_error(
    data: JSONBody[StatusChange],
    file: NamedDependency[EventFile],
    access: NamedDependency[Access],
    control: NamedDependency[Control],
    error_id: FromPath[str],
) -> Reply[ErrorState]:
    """Resolve or ignore a group, or open it again. A resolved one opens by itself when it occurs again."""
    (state,) = _change(file, access, control, [segment(error_id)], data.status)
    return Reply(data=state)


@patch(f"{PROJECT}/errors", opt=needs(Permission.errors_write), sync_to_thread=True)
def change_errors(
    data: JSONBody[StatusChanges],
    file: NamedDependency[EventFile],
    access: NamedDependency[Access],
    control: NamedDependency[Control],
) -> Reply[list[ErrorState]]:
    """The same for several groups: all or none."""
    return Reply(data=_change(file, access, control, data.ids, data.status))


def _change(file: EventFile, access: Access, control: Control, ids: list[str], status: ErrorStatus) -> list[ErrorState]:
    project = access.project.number
    numbers = [error.number(name) for name in dict.fromkeys(ids)]
    error.need(file, numbers)
    fault_marks.mark(control.file, project, numbers, status, control.clock())
    return [ErrorState(id=faults.name_of(number), status=status) for number in numbers]


ROUTES = [
    Router(
        "/",
        route_handlers=[list_errors, show_error, change_error, change_errors],
        tags=["Errors"],
        opt=needs(Permission.analytics_read),
    )
]
