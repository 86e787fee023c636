"""Invitations: a one-time link, for 72 hours, to join a project in a role."""

from collections.abc import Callable

import msgspec

from gosight.control import members, team
from gosight.control.model import Invitation, Member
from gosight.kit import ids
from gosight.kit.access import Grant, Role
from gosight.kit.clock import HOUR
from gosight.kit.errors import Conflict, NotFound
from gosight.outbox import Message, deliveries
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

LIFETIME = 72 * HOUR
MAX_TOKEN = 200


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation as the one sees it who holds its link."""

    id: str
    project: int
    project_id: str
    project_name: str
    email: str
    role: Role
    has_account: bool


class _Found(msgspec.Struct, frozen=True):
    id: str


def invite(
    file: ControlFile,
    project: int,
    grant: Grant,
    *,
    email: str,
    role: Role,
    now: int,
    letter: Callable[[str], Message] | None = None,
) -> tuple[str, int, bool]:
    """(token, moment at which it ends, whether it is mailed). A new one of the same address voids the one before.

    `letter` makes what is mailed to them out of the token; None where no mail can be sent."""
    team.need_to_hand_out(grant, role)
    token = ids.random_text(32)
    row = {"id": ids.new("inv", 12), "project": project, "email": email, "role": role, "digest": ids.digest(token)}
    sent: str | None = None
    with file.write() as transaction:
        known = {"project": project, "email": email}
        if transaction.first(sql("control", "memberships.by_email"), known, into=_Found) is not None:
            raise Conflict(f"{email} is a member of this project already")
        transaction.run(sql("control", "invitations.add"), row | {"at": now, "expires_at": now + LIFETIME})
        if letter is not None:
            sent = deliveries.enqueue_mail(transaction, project, email, letter(token), now, topic="invitation")
    return token, now + LIFETIME, sent is not None


def letter(project_name: str, role: Role, url: str) -> Message:
    """What the invited person reads. The link is theirs alone: it is not kept once the mail is gone."""
    return Message(
        title=f"You are invited to {project_name} on GoSight",
        text=f"You may join {project_name} as {role}. The link works once, within 72 hours.",
        link=url,
        data={"type": "invitation"},
    )


def of_project(file: ControlFile, project: int, now: int) -> list[Invitation]:
    """Those that are still open, oldest first."""
    return file.all(sql("control", "invitations.of_project"), {"project": project, "now": now}, into=Invitation)


def withdraw(file: ControlFile, project: int, invitation_id: str) -> None:
    with file.write() as transaction:
        if not transaction.run(sql("control", "invitations.remove"), {"project": project, "id": invitation_id}):
            raise NotFound(f"this project has no open invitation {invitation_id[:64]}")


def by_token(file: ControlFile | Transaction, token: str, now: int) -> Opened:
    params = {"digest": ids.digest(token[:MAX_TOKEN]), "now": now}
    found = file.first(sql("control", "invitations.by_token"), params, into=Opened)
    if found is None:
        raise NotFound("this invitation does not exist, was used, or is over: ask for a new one")
    return found


def accept(file: ControlFile, token: str, *, name: str, password_hash: str, now: int) -> Member:
    """Make the invited person a member and let them in; of two who come at once, one finds it used."""
    with file.write() as transaction:
        invitation = by_token(transaction, token, now)
        member = members.add(transaction, email=invitation.email, name=name, password_hash=password_hash, now=now)
        return _let_in(transaction, invitation, member, now)


def accept_as(file: ControlFile, token: str, member: Member, now: int) -> Member:
    """Let somebody in who has an account."""
    with file.write() as transaction:
        return _let_in(transaction, by_token(transaction, token, now), member, now)


def remove_expired(file: ControlFile, now: int) -> None:
    with file.write() as transaction:
        transaction.run(sql("control", "invitations.remove_expired"), {"now": now})


def _let_in(transaction: Transaction, invitation: Opened, member: Member, now: int) -> Member:
    transaction.run(sql("control", "invitations.remove"), {"project": invitation.project, "id": invitation.id})
    team.join(transaction, invitation.project, member.id, invitation.role, now)
    return member
