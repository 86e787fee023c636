"""How often the API may be asked: so many reads and writes a minute for each member or key, else for each address."""

from gosight.control.attempts import Attempts, network
from gosight.kit.access import Caller
from gosight.kit.clock import Clock
from gosight.kit.counting import Counted
from gosight.kit.limits import UNLIMITED, PerMinute, Verdict


class Rates:
    """The limits of contract 1's section 13. 0 is no limit."""

    def __init__(self, clock: Clock, *, reads: int, writes: int, tries: int, public: int) -> None:
        self.attempts = Attempts(tries, clock)
        """Of signing in."""
        self.renewals = Attempts(tries, clock)
        """Of renewing and ending logins."""
        self._public = PerMinute(public, clock)
        self._limits = {Counted.read: PerMinute(reads, clock), Counted.write: PerMinute(writes, clock)}

    def take(self, what: Counted, caller: Caller | None, address: str) -> Verdict:
        """Count one request of `caller`, or where nobody knows who that is, of `address`. Answers what is left, or
        raises RateLimited."""
        if what is Counted.tries:
            return self.attempts.from_address(address)
        if what not in self._limits:
            return UNLIMITED
        return self._limits[what].take(_who(caller, address)).held(f"{what}s")

    def take_public(self, address: str) -> Verdict:
        """Count one request that needs no credentials, of whoever is at this address."""
        return self._public.take(f"from {network(address)}").held("requests without a token")


def _who(caller: Caller | None, address: str) -> str:
    if caller is not None and caller.member_id is not None:
        return f"member {caller.member_id}"
    if caller is not None and caller.key_id is not None:
        return f"key {caller.key_id}"
    return f"from {network(address)}"
