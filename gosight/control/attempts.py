"""How often somebody may try to sign in: so many a minute from one address, and for one account."""

from ipaddress import IPv6Address, ip_address

from gosight.kit import ids
from gosight.kit.clock import Clock
from gosight.kit.errors import RateLimited
from gosight.kit.limits import PerMinute, headers


class Attempts:
    """Counts right and wrong tries alike, so that the answer tells nothing about the password."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._limit = PerMinute(per_minute, clock)

    def take(self, address: str, account: str = "") -> dict[str, str]:
        """Count one try; answers the limit's headers, or raises RateLimited."""
        verdict = self._limit.take(f"from {_network(address)}")
        if verdict.allowed and account:
            verdict = self._limit.take(f"for {ids.digest(account)}")
        if not verdict.allowed:
            raise RateLimited(
                f"more than {verdict.limit} tries in a minute; try again in {verdict.retry_after} s",
                retry_after=verdict.retry_after,
                headers=headers(verdict),
            )
        return headers(verdict)


def _network(address: str) -> str:
    """An IPv6 customer has 2^64 addresses: they count as one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(int(parsed) >> 64) if isinstance(parsed, IPv6Address) else str(parsed)
