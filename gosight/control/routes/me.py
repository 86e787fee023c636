"""My account: name, address, password, and where I am signed in."""

import asyncio

import msgspec
from litestar import Request, Router, delete, get, patch
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from gosight.control import fields, logins, members
from gosight.control.control import Control
from gosight.control.door import member
from gosight.control.model import Client, Member
from gosight.kit.access import Caller
from gosight.kit.clock import iso_of
from gosight.kit.errors import BadRequest
from gosight.kit.wire.envelopes import Done, Reply
from gosight.kit.wire.rate import note

DEVELOPER = Member(id="dev", email="", name="Local development", created_at=0)
"""Who asks without credentials where `gosight serve --dev` lets them."""


class Me(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    email: str
    name: str
    created_at: str


class MyChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new e-mail address or password needs `current_password`."""

    name: str | None = None
    email: str | None = None
    password: str | None = None
    current_password: str | None = None


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """Where I am signed in; `current` is where this request came from."""

    id: str
    created_at: str
    last_used_at: str
    ip: str | None
    user_agent: str | None
    current: bool


@get("/api/v1/me", sync_to_thread=True)
def show_me(caller: NamedDependency[Caller], control: NamedDependency[Control]) -> Reply[Me]:
    """Who am I?"""
    return Reply(data=_me(DEVELOPER if caller.dev else members.by_id(control.file, member(caller)).member))


@patch("/api/v1/me")
async def change_me(
    request: Request,  # type: ignore[type-arg]
    data: JSONBody[MyChange],
    caller: NamedDependency[Caller],
    control: NamedDependency[Control],
    client: NamedDependency[Client],
) -> Reply[Me]:
    """Change what is given. A new password signs out everywhere else."""
    id_ = member(caller)
    name = fields.title(data.name) if data.name is not None else None
    email = fields.email(data.email) if data.email is not None else None
    password = fields.password(data.password) if data.password is not None else None
    account = await asyncio.to_thread(members.by_id, control.file, id_)
    if password is not None or (email is not None and email != account.email):
        note(request, control.rates.attempts.from_address(client.address))
        note(request, control.rates.attempts.for_account(account.email))
        if not await control.passwords.match(account.password_hash, data.current_password or ""):
            raise BadRequest("current_password: expected your present password", details={"field": "current_password"})
    new_hash = await control.passwords.hashed(password) if password is not None else None
    changed = await asyncio.to_thread(
        members.change,
        control.file,
        id_,
        name=name,
        email=email,
        password_hash=new_hash,
        keep_login=caller.login_id,
    )
    return Reply(data=_me(changed))


@get("/api/v1/me/sessions", sync_to_thread=True)
def list_devices(caller: NamedDependency[Caller], control: NamedDependency[Control]) -> Reply[list[Device]]:
    """Where I am signed in, the one used last first."""
    if caller.dev:
        return Reply(data=[])
    found = logins.of_member(control.file, member(caller), control.clock())
    return Reply(
        data=[
            Device(
                id=login.id,
                created_at=iso_of(login.created_at),
                last_used_at=iso_of(login.last_used_at),
                ip=login.ip,
                user_agent=login.user_agent,
                current=login.id == caller.login_id,
            )
            for login in found
        ]
    )


@delete("/api/v1/me/sessions/{login:str}", status_code=200, sync_to_thread=True)
def sign_out_device(login: FromPath[str], caller: NamedDependency[Caller], control: NamedDependency[Control]) -> Done:
    """Sign one device out."""
    logins.close_own(control.file, member(caller), login)
    return Done()


def _me(who: Member) -> Me:
    return Me(id=who.id, email=who.email, name=who.name, created_at=iso_of(who.created_at))


ROUTES = [Router("/", route_handlers=[show_me, change_me, list_devices, sign_out_device], tags=["My account"])]
