"""What somebody does who was sent an invitation."""

import asyncio

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from gosight.control import fields, invitations, members
from gosight.control.control import Control
from gosight.control.model import Client, Member
from gosight.control.routes.welcome import SignedIn, welcome
from gosight.kit.access import PUBLIC, Role
from gosight.kit.counting import TRIES
from gosight.kit.errors import BadRequest, Unauthorized
from gosight.kit.wire.envelopes import Reply
from gosight.kit.wire.rate import note


class ProjectName(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str


class OpenInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """`has_account`: this address has a password here already."""

    project: ProjectName
    email: str
    role: Role
    has_account: bool


class Acceptance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`name` for who has no account yet; `password` is the new one, or the account's."""

    name: str | None = None
    password: str


@get("/api/v1/invitations/{token:str}", sync_to_thread=True)
def show_invitation(token: FromPath[str], control: NamedDependency[Control]) -> Reply[OpenInvitation]:
    """What the link of an invitation leads to."""
    found = invitations.by_token(control.file, token, control.clock())
    project = ProjectName(id=found.project_id, name=found.project_name)
    return Reply(
        data=OpenInvitation(project=project, email=found.email, role=found.role, has_account=found.has_account)
    )


@post("/api/v1/invitations/{token:str}/accept", opt=TRIES, status_code=200)
async def accept_invitation(
    request: Request,  # type: ignore[type-arg]
    token: FromPath[str],
    data: JSONBody[Acceptance],
    control: NamedDependency[Control],
    client: NamedDependency[Client],
) -> Response[Reply[SignedIn]]:
    """Join the project, with a new account or with the one that this address has, and sign in."""
    found = await asyncio.to_thread(invitations.by_token, control.file, token, control.clock())
    note(request, control.rates.attempts.for_account(found.email))
    join = _with_account if found.has_account else _anew
    member = await join(control, token, found.email, data)
    return await asyncio.to_thread(welcome, control, client, member)


async def _anew(control: Control, token: str, _: str, data: Acceptance) -> Member:
    if data.name is None:
        raise BadRequest("name: expected your name, since you have no account yet", details={"field": "name"})
    name = fields.title(data.name)
    password_hash = await control.passwords.hashed(fields.password(data.password))
    return await asyncio.to_thread(
        invitations.accept, control.file, token, name=name, password_hash=password_hash, now=control.clock()
    )


async def _with_account(control: Control, token: str, email: str, data: Acceptance) -> Member:
    account = await asyncio.to_thread(members.by_email, control.file, email)
    if not await control.passwords.match(account.password_hash if account else None, data.password) or not account:
        raise Unauthorized(f"this is not the password of {email}")
    return await asyncio.to_thread(invitations.accept_as, control.file, token, account.member, control.clock())


ROUTES = [Router("/", route_handlers=[show_invitation, accept_invitation], tags=["Invitations"], opt=PUBLIC)]
