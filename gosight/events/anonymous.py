"""Who a visitor is when nothing is stored in the browser: a salted hash of project, address and user agent.

The salt is random and changes each day (UTC), and is thrown away, so that no hash can be led back to an address or tied
to yesterday's. Yesterday's stays usable for 30 minutes after midnight, so that a session under way does not break.
Where salts are kept is not decided here.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b

SALT_BYTES = 16
"""Bytes of randomness in a salt: enough that trying all addresses under all salts is out of reach."""
GRACE = timedelta(minutes=30)
"""How long yesterday's salt lives on: the longest pause within a session, by the 30-minute rule."""


def visitor(salt: bytes, project: str, ip: str, user_agent: str) -> str:
    """The visitor id that stands in: "a_" and 32 hexadecimal digits. Lengths keep ("ab", "c") and ("a", "bc") apart."""
    hashed = blake2b(key=salt, digest_size=16)
    for part in (project, ip, user_agent):
        data = part.encode("utf-8", "replace")
        hashed.update(len(data).to_bytes(4, "big"))
        hashed.update(data)
    return "a_" + hashed.hexdigest()


def candidates(salts: Mapping[date, bytes], now: datetime) -> tuple[bytes, ...]:
    """The salts valid at `now`, today's first; then, in the first 30 minutes of a day, yesterday's: who has an open
    session under that one keeps it. Empty where today's is still to be made."""
    today = now.astimezone(UTC).date()
    if today not in salts:
        return ()
    yesterday = today - timedelta(days=1)
    since_midnight = now.astimezone(UTC) - datetime(today.year, today.month, today.day, tzinfo=UTC)
    if since_midnight < GRACE and yesterday in salts:
        return salts[today], salts[yesterday]
    return (salts[today],)


def expired(salts: Mapping[date, bytes], now: datetime) -> list[date]:
    """The days whose salts must be thrown away by now."""
    usable = {now.astimezone(UTC).date(), (now.astimezone(UTC) - GRACE).date()}
    return [day for day in salts if day not in usable and day <= max(usable)]
