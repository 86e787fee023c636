"""The one-time set-up link: through it the first member names themself. There is no default password."""

import hmac

import msgspec

from gosight.control import members
from gosight.control.model import Member
from gosight.kit import ids
from gosight.kit.errors import Conflict, Forbidden
from gosight.store.sqlfile import sql
from gosight.store.sqlite import ControlFile

_TOKEN = "setup_token"  # noqa: S105 - the name under which its digest is kept


class _Value(msgspec.Struct, frozen=True):
    value: str


def needed(file: ControlFile) -> bool:
    return members.count(file) == 0


def link(file: ControlFile, public_url: str, now: int) -> str | None:
    """A new link, which voids the one before; None once there is a member."""
    with file.write() as transaction:
        if members.count(transaction) > 0:
            return None
        token = ids.random_text(32)
        transaction.run(sql("control", "secrets.keep"), {"name": _TOKEN, "value": ids.digest(token), "at": now})
    return f"{public_url}/app/setup?token={token}"


def check(file: ControlFile, token: str) -> None:
    """Raises where set-up is over, or this is not the token of the last link."""
    if not needed(file):
        raise Conflict("this installation is set up already; sign in instead")
    kept = file.first(sql("control", "secrets.by_name"), {"name": _TOKEN}, into=_Value)
    if kept is None or not hmac.compare_digest(kept.value, ids.digest(token)):
        raise Forbidden("this set-up link is not valid; expected the one that gosight serve printed last")


def finish(file: ControlFile, *, email: str, name: str, password_hash: str, now: int) -> Member:
    """Make the first member. Of two who come at once, one is told Conflict."""
    with file.write() as transaction:
        if members.count(transaction) > 0:
            raise Conflict("this installation is set up already; sign in instead")
        return members.add(transaction, email=email, name=name, password_hash=password_hash, now=now)
