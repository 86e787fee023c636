"""Signing in, staying signed in, signing out."""

import asyncio

import msgspec
from litestar import Request, Response, Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from gosight.control import logins, members
from gosight.control.control import Control
from gosight.control.model import Client, Login
from gosight.control.routes.welcome import SignedIn, cookie, handed_over, stream_cookie, welcome
from gosight.kit.access import PUBLIC
from gosight.kit.counting import BY_TOKEN, TRIES
from gosight.kit.errors import Unauthorized
from gosight.kit.limits import Verdict
from gosight.kit.wire.envelopes import Done, Reply
from gosight.kit.wire.rate import note


class Credentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: str
    password: str


class Refresh(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The dashboard sends none: its cookie holds it."""

    refresh_token: str | None = None


@post("/api/v1/auth/login", opt=TRIES, status_code=200)
async def sign_in(
    request: Request,  # type: ignore[type-arg]
    data: JSONBody[Credentials],
    control: NamedDependency[Control],
    client: NamedDependency[Client],
) -> Response[Reply[SignedIn]]:
    """Sign in with e-mail address and password."""
    email = data.email.strip().lower()
    note(request, control.rates.attempts.for_account(email))
    account = await asyncio.to_thread(members.by_email, control.file, email)
    if not await control.passwords.match(account.password_hash if account else None, data.password) or not account:
        raise Unauthorized("e-mail address or password is wrong")
    return await asyncio.to_thread(welcome, control, client, account.member)


@post("/api/v1/auth/refresh", opt=BY_TOKEN, status_code=200, sync_to_thread=True)
def refresh(
    request: Request,  # type: ignore[type-arg]
    control: NamedDependency[Control],
    client: NamedDependency[Client],
    data: JSONBody[Refresh | None] = None,
) -> Response[Reply[SignedIn]]:
    """Exchange a refresh token, which serves once, for a new access token and a new refresh token."""
    token = _token(data, client)
    note(request, _counted(control, client, token))
    if token is None:
        raise Unauthorized("expected a refresh_token")
    return handed_over(control, client, logins.refresh(control.file, token, control.clock()))


@post("/api/v1/auth/logout", opt=BY_TOKEN, status_code=200, sync_to_thread=True)
def sign_out(
    request: Request,  # type: ignore[type-arg]
    control: NamedDependency[Control],
    client: NamedDependency[Client],
    data: JSONBody[Refresh | None] = None,
) -> Response[Done]:
    """End this login: its access token and its refresh token are void at once."""
    token = _token(data, client)
    login = control.door.login(request.headers)
    note(request, _counted(control, client, token, login))
    ended = token is not None and logins.close_by_token(control.file, token)
    if login is not None:
        logins.close(control.file, login.id)
    if not ended and login is None:
        raise Unauthorized("expected the access token or the refresh_token of a login")
    return Response(
        Done(), cookies=[cookie(client, "", 0), stream_cookie(client, "", 0)] if client.is_dashboard else []
    )


def _counted(control: Control, client: Client, token: str | None, login: Login | None = None) -> Verdict:
    """One request about a login: by whose it is, and where that can't be told, by address."""
    owner = login.member_id if login is not None else logins.owner(control.file, token or "")
    renewals = control.rates.renewals
    return renewals.from_address(client.address) if owner is None else renewals.for_account(owner)


def _token(data: Refresh | None, client: Client) -> str | None:
    """The body's, else the cookie's."""
    return data.refresh_token if data is not None and data.refresh_token is not None else client.refresh_cookie


ROUTES = [Router("/", route_handlers=[sign_in, refresh, sign_out], tags=["Sign-in"], opt=PUBLIC)]
