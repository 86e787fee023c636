"""Logins: one for each sign-in on a device. A refresh token serves once; used twice, it ends its login."""

import msgspec

from gosight.control.model import Login
from gosight.kit import ids
from gosight.kit.clock import DAY
from gosight.kit.errors import NotFound, Unauthorized
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile, Transaction

LIFETIME = 30 * DAY
"""How long a login lasts unused; each refresh begins the time anew."""
MAX_TOKEN = 200


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A login as its holder gets it; the refresh token is kept as a digest alone."""

    member_id: str
    login_id: str
    refresh_token: str


class _Presented(msgspec.Struct, frozen=True, kw_only=True):
    member_id: str
    login_id: str
    expires_at: int
    used_at: int | None


def start(file: ControlFile, member_id: str, *, ip: str, user_agent: str | None, now: int) -> Opened:
    with file.write() as transaction:
        login = Login(
            id=ids.new("login"),
            member_id=member_id,
            created_at=now,
            last_used_at=now,
            expires_at=now + LIFETIME,
            ip=ip,
            user_agent=user_agent[:300] if user_agent else None,
        )
        transaction.run(sql("control", "logins.add"), msgspec.to_builtins(login))
        return _token(transaction, member_id, login.id, now)


def refresh(file: ControlFile, token: str, now: int) -> Opened:
    """A new refresh token for this one. One that was used before may be stolen: then the login ends for everybody."""
    with file.write() as transaction:
        presented = _find(transaction, token)
        if presented is not None and presented.used_at is None and presented.expires_at > now:
            transaction.run(sql("control", "refresh_tokens.use"), {"digest": ids.digest(token), "at": now})
            params = {"id": presented.login_id, "at": now, "expires_at": now + LIFETIME}
            transaction.run(sql("control", "logins.prolong"), params)
            return _token(transaction, presented.member_id, presented.login_id, now)
        if presented is not None:
            transaction.run(sql("control", "logins.close"), {"id": presented.login_id})
    raise Unauthorized("this refresh token is not valid any more; sign in again")


def owner(file: ControlFile, token: str) -> str | None:
    """The member whom this refresh token, valid or not any more, was given to."""
    presented = _find(file, token)
    return presented.member_id if presented is not None else None


def close(file: ControlFile, login_id: str) -> None:
    """Signs out: its access tokens and refresh tokens end with it."""
    with file.write() as transaction:
        transaction.run(sql("control", "logins.close"), {"id": login_id})


def close_by_token(file: ControlFile, token: str) -> bool:
    """Signs out by refresh token; False where it is none."""
    with file.write() as transaction:
        presented = _find(transaction, token)
        if presented is None:
            return False
        transaction.run(sql("control", "logins.close"), {"id": presented.login_id})
        return True


def close_own(file: ControlFile, member_id: str, login_id: str) -> None:
    """Signs one of a member's devices out."""
    with file.write() as transaction:
        if not transaction.run(sql("control", "logins.close_own"), {"id": login_id, "member": member_id}):
            raise NotFound("there is no such sign-in of yours")


def of_member(file: ControlFile, member_id: str, now: int) -> list[Login]:
    """The one used last comes first."""
    return file.all(sql("control", "logins.of_member"), {"member": member_id, "now": now}, into=Login)


def remove_expired(file: ControlFile, now: int) -> None:
    with file.write() as transaction:
        transaction.run(sql("control", "logins.remove_expired"), {"now": now})


def _find(within: ControlFile | Transaction, token: str) -> _Presented | None:
    if not 0 < len(token) <= MAX_TOKEN:
        return None
    return within.first(sql("control", "refresh_tokens.find"), {"digest": ids.digest(token)}, into=_Presented)


def _token(transaction: Transaction, member_id: str, login_id: str, now: int) -> Opened:
    token = ids.secret("gs_refresh_")
    params = {"digest": ids.digest(token), "login": login_id, "at": now}
    transaction.run(sql("control", "refresh_tokens.add"), params)
    return Opened(member_id=member_id, login_id=login_id, refresh_token=token)
