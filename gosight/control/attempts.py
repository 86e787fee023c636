"""How often somebody may try to be let in: so many a minute from one address, and for one account."""

from ipaddress import IPv6Address, ip_address

from gosight.kit import ids
from gosight.kit.clock import Clock
from gosight.kit.limits import PerMinute, Verdict


class Attempts:
    """Counts right and wrong tries alike, so that the answer tells nothing about the password."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._limit = PerMinute(per_minute, clock)

    def from_address(self, address: str) -> Verdict:
        """Count one try; answers what is left, or raises RateLimited."""
        return self._take(f"from {network(address)}")

    def for_account(self, account: str) -> Verdict:
        """The same for whose password or token it is."""
        return self._take(f"for {ids.digest(account)}")

    def _take(self, key: str) -> Verdict:
        verdict = self._limit.take(key)
        return verdict.held("tries")


def network(address: str) -> str:
    """An IPv6 customer has 2^64 addresses: they count as one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(int(parsed) >> 64) if isinstance(parsed, IPv6Address) else str(parsed)
