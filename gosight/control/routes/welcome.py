"""How somebody is let in: tokens in the body for scripts, the refresh token in a cookie for the dashboard."""

import msgspec
from litestar import Response
from litestar.datastructures import Cookie

from gosight.control import logins, members, streaming
from gosight.control.control import Control
from gosight.control.logins import Opened
from gosight.control.model import REFRESH_COOKIE, STREAM_COOKIE, Client, Member
from gosight.control.tokens import LIFETIME_SECONDS
from gosight.kit.clock import SECOND
from gosight.kit.wire.envelopes import Reply

COOKIE_PATH = "/api/v1/auth"
STREAM_PATH = "/events/stream"


class User(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    email: str
    name: str


class SignedIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`expires_in` in seconds. The dashboard gets no refresh_token: it has the cookie."""

    access_token: str
    expires_in: int
    token_type: str
    user: User
    refresh_token: str | None = None


def welcome(control: Control, client: Client, member: Member) -> Response[Reply[SignedIn]]:
    """Sign `member` in on this device."""
    opened = logins.start(control.file, member.id, ip=client.address, user_agent=client.user_agent, now=control.clock())
    return handed_over(control, client, opened, member)


def handed_over(
    control: Control, client: Client, opened: Opened, member: Member | None = None
) -> Response[Reply[SignedIn]]:
    """Tokens of a login, as this client keeps them."""
    who = member or members.by_id(control.file, opened.member_id).member
    data = SignedIn(
        access_token=control.tokens.issue(opened.member_id, opened.login_id),
        expires_in=LIFETIME_SECONDS,
        token_type="Bearer",  # noqa: S106 - the scheme's name
        user=User(id=who.id, email=who.email, name=who.name),
        refresh_token=None if client.is_dashboard else opened.refresh_token,
    )
    cookies = [cookie(client, opened.refresh_token, logins.LIFETIME // SECOND)] if client.is_dashboard else []
    if client.is_dashboard:
        streams = streaming.cookie_token(control.tokens, opened.member_id, opened.login_id)
        cookies.append(stream_cookie(client, streams, streaming.COOKIE_SECONDS))
    return Response(Reply(data=data), status_code=200, cookies=cookies)


def cookie(client: Client, value: str, max_age: int) -> Cookie:
    """`max_age` in seconds; 0 takes the cookie away."""
    return _cookie(REFRESH_COOKIE, COOKIE_PATH, client, value, max_age)


def stream_cookie(client: Client, value: str, max_age: int) -> Cookie:
    """The same for the one that only opens event streams."""
    return _cookie(STREAM_COOKIE, STREAM_PATH, client, value, max_age)


def _cookie(name: str, path: str, client: Client, value: str, max_age: int) -> Cookie:
    return Cookie(
        key=name,
        value=value,
        path=path,
        max_age=max_age,
        httponly=True,
        samesite="strict",
        secure=client.is_secure,
    )
