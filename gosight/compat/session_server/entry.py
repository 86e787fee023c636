"""Who asks of timed sessions, in which app, and what they may do there.

Known are GoSight's own access tokens and API keys, and HS256 tokens that the application signs with its project's
secret: those act for their own `sub`, and for everybody where they claim `"role": "admin"`.
"""

import math
from collections.abc import Mapping
from typing import Any, Literal

import jwt
import msgspec

from gosight.compat.session_server.model import ALL
from gosight.control import Control, KeyFact, Project
from gosight.kit.access import Permission
from gosight.kit.clock import SECOND
from gosight.kit.errors import Forbidden, NotFound, Unauthorized

MAX_TOKEN = 8_192
"""Characters."""
EXPECTED = "expected Authorization: Bearer with an access token, an API key, or a token signed with the app's secret"
_OPTIONS: Any = {
    "require": ["sub", "exp"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
}
"""Times are looked at here, by our own clock."""


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """`user` is the only one that its bearer may speak of; None: of anybody. `claims` say who that is."""

    project: Project
    subject: str
    user: str | None = None
    may_write: bool = False
    may_read: bool = False
    may_read_users: bool = False
    claims: dict[str, Any]

    def need_to_write_for(self, user: str) -> None:
        """Raises Forbidden where its bearer may take no steps for this user."""
        if not self.may_write:
            raise Forbidden("this token may not take steps: it needs the permission timed.write, or a key write")
        self._need_user(user)

    def need_to_read_of(self, user: str) -> None:
        """Raises Forbidden where its bearer may not know of this user, or of all."""
        if not self.may_read:
            raise Forbidden("this token may not read: it needs the permission analytics.read, or a key read")
        self._need_user(user)
        if user != ALL and not self.may_read_users:
            raise Forbidden('what single users do is personal: expected "all", or the permission personal.read')

    def _need_user(self, user: str) -> None:
        if self.user is not None and (self.user != user or user == ALL):
            raise Forbidden('this token speaks for its own sub only; others and "all" need the claim "role": "admin"')


def of(control: Control, headers: Mapping[str, str], peer: str, app: str) -> Pass:
    """What whoever sends these headers (lower case) may do in `app`. Raises Unauthorized where nobody can be told, and
    NotFound where there is no such app for them."""
    token = bearer(headers)
    key = token if token.startswith("gs_") else headers.get("x-gosight-key", "") if not token else ""
    if key:
        return _by_key(control, headers, key, app)
    if not token:
        return _as_member(control, headers, peer, app)
    if control.door.login(headers) is not None:
        return _as_member(control, headers, peer, app)
    return _by_application(control, token, app)


def need_credentials(control: Control, headers: Mapping[str, str], peer: str) -> None:
    """Before a body is read: are there any at all?"""
    if not bearer(headers) and not headers.get("x-gosight-key"):
        try:
            control.door.caller(headers, peer)
        except Unauthorized:
            raise Unauthorized(EXPECTED) from None


def bearer(headers: Mapping[str, str]) -> str:
    """The token of a request; "" where it brings none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _as_member(control: Control, headers: Mapping[str, str], peer: str, app: str) -> Pass:
    caller = control.door.caller(headers, peer)
    try:
        access = control.door.access(caller, app)
    except NotFound:
        raise _no_app(app) from None
    subject = access.caller.member_id or "developer"
    return Pass(
        project=access.project,
        subject=subject,
        may_write=access.grant.may(Permission.timed_write),
        may_read=access.grant.may(Permission.analytics_read),
        may_read_users=access.grant.may(Permission.personal_read),
        claims={"sub": subject, "exp": control.tokens.expiry(bearer(headers)), "app": app, "role": access.grant.role},
    )


def _by_key(control: Control, headers: Mapping[str, str], key: str, app: str) -> Pass:
    fact = control.directory.key(key)
    if fact is None:
        raise Unauthorized("this API key is not known; expected one that was not revoked")
    project = control.directory.project(app)
    if project is None or project.number != fact.project.number:
        raise _no_app(app)
    _need_origin(fact, headers)
    reads = bool(fact.permissions & {"read", "admin"})
    return Pass(
        project=project,
        subject=fact.id,
        may_write=bool(fact.permissions & {"write", "admin"}),
        may_read=reads,
        may_read_users=reads,
        claims={"sub": fact.id, "exp": None, "app": app, "permissions": sorted(fact.permissions)},
    )


def _need_origin(fact: KeyFact, headers: Mapping[str, str]) -> None:
    """A key that only writes stands in web pages, of which only some may use it."""
    origin = headers.get("origin")
    if fact.permissions == {"write"} and origin is not None and not fact.project.allows_origin(origin):
        raise Forbidden("pages of this origin may not send events: add its domain to the project's allowed domains")


def _by_application(control: Control, token: str, app: str) -> Pass:
    """The app that the token names has signed it, and is the one that is asked for; a token that names none is of the
    app that is asked for, or of nobody."""
    asked = control.directory.project(app)
    named = _named(token)
    project = control.directory.project(named) if named is not None else asked
    claims = _verified(control, token, project) if project is not None else None
    if project is None or claims is None:
        raise Unauthorized(f"this token is not valid; {EXPECTED}")
    if asked is None:
        raise _no_app(app)
    if asked.number != project.number:
        raise Unauthorized(f"this token is for another app than {app[:64]}")
    is_admin = claims.get("role") == "admin"
    return Pass(
        project=project,
        subject=claims["sub"],
        user=None if is_admin else claims["sub"],
        may_write=True,
        may_read=True,
        may_read_users=True,
        claims={"app": app} | claims,
    )


def _named(token: str) -> str | None:
    """The app in a token that nobody has looked at yet."""
    if len(token) > MAX_TOKEN:
        return None
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, RecursionError):
        return None
    named = claims.get("app")
    return str(named) if named is not None else None


def _verified(control: Control, token: str, project: Project) -> dict[str, Any] | None:
    secret = control.directory.signing_secret(project.number)
    if secret is None or len(token) > MAX_TOKEN:
        return None
    try:
        claims: dict[str, Any] = jwt.decode(token, secret, algorithms=["HS256"], options=_OPTIONS)
    except (jwt.PyJWTError, RecursionError):
        return None
    now = control.clock() / SECOND
    ends, begins = claims["exp"], claims.get("nbf", 0)
    in_time = _is_number(ends) and _is_number(begins) and begins <= now < ends
    return claims if in_time and isinstance(claims["sub"], str) and claims["sub"] else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _no_app(app: str) -> NotFound:
    return NotFound(f"there is no app {app[:64]}")


def has_credentials(headers: Mapping[str, str]) -> bool:
    return "authorization" in headers or "x-gosight-key" in headers


def public(control: Control, app: str, what: Literal["summary", "timeline"]) -> Project:
    """The app, where it shows this to everybody. Whether there is one that does not, nobody is told."""
    project = control.directory.project(app)
    if project is None or not getattr(project.settings.public, what):
        raise NotFound(f"no app {app[:64]} shows a public {what}: it needs the setting public.{what}")
    return project


def public_tracking(control: Control, headers: Mapping[str, str], peer: str, app: str) -> Project:
    """The app, where everybody may tell it of pages; with `--dev` any app."""
    project = control.directory.project(app)
    if project is not None and project.settings.public.pageTrack:
        return project
    need_credentials(control, headers, peer)
    return _as_member(control, headers, peer, app).project
