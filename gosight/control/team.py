"""Who belongs to a project, and as what. A project always has an owner."""

import msgspec

from gosight.control.model import Membership
from gosight.kit.access import Grant, Permission, Role, may_hand_out
from gosight.kit.errors import Conflict, Forbidden, NotFound
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction


class _Count(msgspec.Struct, frozen=True):
    owners: int


def of_project(file: ControlFile, project: int) -> list[Membership]:
    """Whoever joined first comes first."""
    return file.all(sql("control", "memberships.of_project"), {"project": project}, into=Membership)


def set_role(file: ControlFile, project: int, grant: Grant, member_id: str, role: Role) -> Membership:
    with file.write() as transaction:
        current = _get(transaction, project, member_id)
        need_to_hand_out(grant, current.role, role)
        _need_another_owner(transaction, project, current.role, role)
        params = {"project": project, "member": member_id, "role": role}
        transaction.run(sql("control", "memberships.set_role"), params)
        return _get(transaction, project, member_id)


def remove(file: ControlFile, project: int, grant: Grant, member_id: str, *, by: str | None) -> None:
    """Anybody may leave; others are removed by those who may."""
    with file.write() as transaction:
        if member_id != by:
            grant.need(Permission.members_write)
        current = _get(transaction, project, member_id)
        if member_id != by:
            need_to_hand_out(grant, current.role)
        _need_another_owner(transaction, project, current.role, None)
        params = {"project": project, "member": member_id}
        transaction.run(sql("control", "memberships.remove"), params)


def join(transaction: Transaction, project: int, member_id: str, role: Role, now: int) -> None:
    params = {"project": project, "member": member_id, "role": role, "at": now}
    transaction.run(sql("control", "memberships.add"), params)


def need_to_hand_out(grant: Grant, *roles: Role) -> None:
    """Raise Forbidden where `grant` may not give or take these roles."""
    grant.need(Permission.members_write)
    if not may_hand_out(grant.role, *roles):
        raise Forbidden(f"owners are made and removed by owners; you are {grant.role}")


def _get(transaction: Transaction, project: int, member_id: str) -> Membership:
    params = {"project": project, "member": member_id}
    found = transaction.first(sql("control", "memberships.one"), params, into=Membership)
    if found is None:
        raise NotFound(f"this project has no member {member_id[:64]}")
    return found


def _need_another_owner(transaction: Transaction, project: int, was: Role, becomes: Role | None) -> None:
    if was is not Role.owner or becomes is Role.owner:
        return
    row = transaction.first(sql("control", "memberships.owners"), {"project": project}, into=_Count)
    if row is not None and row.owners < 2:
        raise Conflict("the last owner stays: make another member owner first, or delete the project")
