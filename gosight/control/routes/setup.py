"""The first start: the first member names themself."""

import asyncio

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from gosight.control import fields, setup
from gosight.control.control import Control
from gosight.control.model import Client
from gosight.control.routes.welcome import SignedIn, welcome
from gosight.kit.access import PUBLIC
from gosight.kit.counting import TRIES
from gosight.kit.wire.envelopes import Reply


class SetUp(msgspec.Struct, frozen=True, kw_only=True):
    """`needed`: nobody is a member yet. `dev`: this server takes callers of this machine as owners."""

    needed: bool
    dev: bool


class FirstMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`token` is the one in the link that `gosight serve` prints."""

    token: str
    email: str
    name: str
    password: str


@get("/api/v1/setup", sync_to_thread=True)
def show_setup(control: NamedDependency[Control]) -> Reply[SetUp]:
    """Is there anybody to sign in yet?"""
    return Reply(data=SetUp(needed=setup.needed(control.file), dev=control.dev))


@post("/api/v1/setup", opt=TRIES, status_code=200)
async def finish_setup(
    data: JSONBody[FirstMember], control: NamedDependency[Control], client: NamedDependency[Client]
) -> Response[Reply[SignedIn]]:
    """Make the first member, with the token of the set-up link, and sign them in."""
    await asyncio.to_thread(setup.check, control.file, data.token)
    email, name = fields.email(data.email), fields.title(data.name)
    password_hash = await control.passwords.hashed(fields.password(data.password))

    def finish() -> Response[Reply[SignedIn]]:
        member = setup.finish(control.file, email=email, name=name, password_hash=password_hash, now=control.clock())
        return welcome(control, client, member)

    return await asyncio.to_thread(finish)


ROUTES = [Router("/", route_handlers=[show_setup, finish_setup], tags=["Set-up"], opt=PUBLIC)]
