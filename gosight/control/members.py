"""Members: who may sign in to this installation."""

from uuid import uuid4

import msgspec

from gosight.control.model import Member
from gosight.kit.errors import Conflict, NotFound
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A member with what proves that it is them."""

    id: str
    email: str
    name: str
    password_hash: str
    created_at: int

    @property
    def member(self) -> Member:
        return Member(id=self.id, email=self.email, name=self.name, created_at=self.created_at)


class _Count(msgspec.Struct, frozen=True):
    members: int


def count(file: ControlFile | Transaction) -> int:
    row = file.first(sql("control", "members.count"), into=_Count)
    return row.members if row is not None else 0


def add(transaction: Transaction, *, email: str, name: str, password_hash: str, now: int) -> Member:
    """The first member takes over every project that belongs to nobody, and voids the set-up link."""
    if by_email(transaction, email) is not None:
        raise Conflict(f"{email} is a member already")
    first = count(transaction) == 0
    member = Member(id=str(uuid4()), email=email, name=name, created_at=now)
    transaction.run(sql("control", "members.add"), {**msgspec.to_builtins(member), "password_hash": password_hash})
    if first:
        transaction.run(sql("control", "memberships.adopt"), {"member": member.id, "at": now})
        transaction.run(sql("control", "secrets.forget"), {"name": "setup_token"})
    return member


def by_email(file: ControlFile | Transaction, email: str) -> Account | None:
    return file.first(sql("control", "members.by_email"), {"email": email}, into=Account)


def by_id(file: ControlFile | Transaction, id_: str) -> Account:
    found = file.first(sql("control", "members.by_id"), {"id": id_}, into=Account)
    if found is None:
        raise NotFound("this member does not exist any more")
    return found


def change(
    file: ControlFile,
    id_: str,
    *,
    name: str | None = None,
    email: str | None = None,
    password_hash: str | None = None,
    keep_login: str | None = None,
) -> Member:
    """What is None stays. A new password signs out everywhere but at `keep_login`: whoever knew the old one is out."""
    with file.write() as transaction:
        holder = None if email is None else by_email(transaction, email)
        if holder is not None and holder.id != id_:
            raise Conflict(f"{email} belongs to another member")
        new = {"id": id_, "name": name, "email": email, "password_hash": password_hash}
        transaction.run(sql("control", "members.change"), new)
        if password_hash is not None:
            transaction.run(sql("control", "logins.close_others"), {"member": id_, "keep": keep_login or ""})
        return by_id(transaction, id_).member
