"""What people decided about faults: resolved, ignored, open again. Kept in gosight.db, gone with the project."""

from collections.abc import Iterable

import msgspec

from gosight.analytics.model import ErrorStatus
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """Of one project, as three columns for the statements that join them. `changed` in microseconds."""

    faults: list[int]
    statuses: list[str]
    changed: list[int]


class _Mark(msgspec.Struct, frozen=True):
    fault: int
    status: str
    changed_at: int


def of_project(control: ControlFile, project: int) -> Marks:
    found = control.all(sql("analytics", "fault_marks.of_project"), {"project": project}, into=_Mark)
    return Marks(
        faults=[mark.fault for mark in found],
        statuses=[mark.status for mark in found],
        changed=[mark.changed_at for mark in found],
    )


def mark(control: ControlFile, project: int, faults: Iterable[int], status: ErrorStatus, now: int) -> None:
    """From `now` on: what is received later opens a resolved one again."""
    with control.write() as transaction:
        for fault in faults:
            row = {"project": project, "fault": fault, "status": status.value, "at": now}
            transaction.run(sql("analytics", "fault_marks.set"), row)
