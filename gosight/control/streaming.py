"""Who may listen to a project's event stream: by a token of two minutes, since browsers send no headers with it, by the
dashboard's cookie, or by the headers that the rest of the API takes."""

from collections.abc import Mapping

import msgspec

from gosight.control.control import Control
from gosight.control.model import STREAM_COOKIE, Access
from gosight.control.tokens import AccessTokens
from gosight.kit.access import KEY_ROLES, Caller, Permission, Role
from gosight.kit.clock import DAY, SECOND
from gosight.kit.errors import NotFound, Unauthorized

TOKEN_SECONDS = 120
COOKIE_SECONDS = 30 * DAY // SECOND
"""As long as a login; it ends with it."""
_IN_AN_ADDRESS = "stream"
_IN_A_COOKIE = "stream-cookie"
NO_KEY_HERE = (
    "an API key does not belong in an address, where logs keep it: send it as Authorization: Bearer, or take a token "
    "from POST /api/v1/auth/stream-token"
)


class _Claims(msgspec.Struct, omit_defaults=True):
    """Who it was, as `Caller` has it; `project` is the number of the only one that this opens."""

    member: str | None = None
    login: str | None = None
    key: str | None = None
    key_project: int | None = None
    key_role: Role | None = None
    dev: bool = False
    project: int | None = None


def token(tokens: AccessTokens, caller: Caller, project: int | None = None) -> str:
    """For `?token=`, valid for TOKEN_SECONDS."""
    return _issue(tokens, caller, project, _IN_AN_ADDRESS, TOKEN_SECONDS)


def cookie_token(tokens: AccessTokens, member_id: str, login_id: str) -> str:
    """For the dashboard's cookie."""
    return _issue(tokens, Caller(member_id=member_id, login_id=login_id), None, _IN_A_COOKIE, COOKIE_SECONDS)


def _issue(tokens: AccessTokens, caller: Caller, project: int | None, audience: str, seconds: int) -> str:
    claims = _Claims(
        member=caller.member_id,
        login=caller.login_id,
        key=caller.key_id,
        key_project=caller.key_project,
        key_role=caller.key_role,
        dev=caller.dev,
        project=project,
    )
    return tokens.sign(msgspec.to_builtins(claims), audience, seconds)


def enter(
    control: Control,
    ref: str,
    headers: Mapping[str, str],
    query: Mapping[str, str],
    cookies: Mapping[str, str],
    peer: str,
) -> Access:
    """What whoever asks may see of the project with this id or slug. Raises where it is nothing."""
    given = query.get("token", "")
    if "key" in query or given.startswith("gs_"):
        raise Unauthorized(NO_KEY_HERE)
    only: int | None = None
    if given:
        caller, only = _holder(control, given, _IN_AN_ADDRESS)
    elif "authorization" in headers or "x-gosight-key" in headers or STREAM_COOKIE not in cookies:
        caller = control.door.caller(headers, peer)
    else:
        caller, only = _holder(control, cookies[STREAM_COOKIE], _IN_A_COOKIE)
    access = control.door.access(caller, ref)
    if only not in (None, access.project.number):
        raise NotFound(f"there is no project {ref[:64]} for this token")
    access.grant.need(Permission.analytics_read)
    return access


def _holder(control: Control, given: str, audience: str) -> tuple[Caller, int | None]:
    found = control.tokens.verified(given, audience)
    if found is None:
        raise Unauthorized("this token is not valid (any more); take a new one from POST /api/v1/auth/stream-token")
    claims = msgspec.convert(found, _Claims)
    caller = Caller(
        member_id=claims.member,
        login_id=claims.login,
        key_id=claims.key,
        key_project=claims.key_project,
        key_role=claims.key_role,
        dev=claims.dev and control.dev,
    )
    _need_life(control, caller)
    return caller, claims.project


def _need_life(control: Control, caller: Caller) -> None:
    """A login that was signed out, or a key that was revoked, lets nobody in."""
    if caller.login_id is not None:
        login = control.directory.login(caller.login_id)
        if login is None or login.member_id != caller.member_id:
            raise Unauthorized("you were signed out; sign in again")
    elif caller.key_id is not None:
        permissions = control.directory.key_permissions(caller.key_id)
        if permissions is None or not permissions & set(KEY_ROLES):
            raise Unauthorized("this key was revoked")
    elif not caller.dev:
        raise Unauthorized("this token names nobody")


def still(control: Control, access: Access) -> Access:
    """What they may see by now. Raises where that is nothing any more."""
    _need_life(control, access.caller)
    now = control.door.access(access.caller, access.project.id)
    now.grant.need(Permission.analytics_read)
    return now
