"""Access tokens: HS256 JWTs of one hour that name a member and a login. The login is looked up on every request."""

from typing import Any

import jwt
import msgspec

from gosight.kit import ids
from gosight.kit.clock import SECOND, Clock
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile

LIFETIME_SECONDS = 3_600
MAX_LENGTH = 2_048
"""Characters; ours have some 250."""
_SECRET = "access_token_key"  # noqa: S105 - the name under which the key is kept


class Claims(msgspec.Struct, frozen=True):
    member_id: str
    login_id: str


class _Value(msgspec.Struct, frozen=True):
    value: str


class AccessTokens:
    """Signs and reads them with this installation's own key, made at first use."""

    def __init__(self, control: ControlFile, clock: Clock) -> None:
        self._clock = clock
        self._key = _key(control, clock())

    def issue(self, member_id: str, login_id: str) -> str:
        now = self._clock() // SECOND
        claims = {"sub": member_id, "sid": login_id, "iat": now, "exp": now + LIFETIME_SECONDS}
        return jwt.encode(claims, self._key, algorithm="HS256")

    def expiry(self, token: str) -> int | None:
        """When a token that `read` has accepted is over, in seconds since 1970; None for what is no token."""
        try:
            return int(jwt.decode(token, options={"verify_signature": False})["exp"])
        except (jwt.PyJWTError, KeyError, ValueError):
            return None

    def sign(self, claims: dict[str, object], audience: str, seconds: int) -> str:
        """Claims of another kind, which are good for `audience` alone."""
        expires = self._clock() // SECOND + seconds
        return jwt.encode({**claims, "aud": audience, "exp": expires}, self._key, algorithm="HS256")

    def verified(self, token: str, audience: str) -> dict[str, object] | None:
        """What `sign` signed for this audience; None where it is not ours, for somebody else, or over."""
        if len(token) > MAX_LENGTH:
            return None
        options: Any = {"require": ["aud", "exp"], "verify_exp": False}
        try:
            claims: dict[str, object] = jwt.decode(
                token, self._key, algorithms=["HS256"], audience=audience, options=options
            )
        except jwt.PyJWTError:
            return None
        expires = claims.pop("exp")
        del claims["aud"]
        return claims if isinstance(expires, int) and expires * SECOND > self._clock() else None

    def read(self, token: str) -> Claims | None:
        """What a token of ours claims; None where it is not ours, or over."""
        if len(token) > MAX_LENGTH:
            return None
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=["HS256"],
                options={"require": ["sub", "sid", "exp"], "verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError:
            return None
        if int(claims["exp"]) * SECOND <= self._clock():
            return None
        return Claims(str(claims["sub"]), str(claims["sid"]))


def _key(control: ControlFile, now: int) -> str:
    with control.write() as transaction:
        kept = transaction.first(sql("control", "secrets.by_name"), {"name": _SECRET}, into=_Value)
        if kept is not None:
            return kept.value
        made = ids.random_text(64)
        transaction.run(sql("control", "secrets.keep"), {"name": _SECRET, "value": made, "at": now})
        return made
