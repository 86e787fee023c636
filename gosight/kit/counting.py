"""What of the API is counted, and as what: section 13 of contract 1, in one place.

A request below /api/v1 is a **read** where it can change nothing (GET), else a **write**. Routes that differ say so in
their `opt`:

- `TRIES`: where somebody has to know a secret to be let in (signing in, the set-up link, an invitation's acceptance).
  They have the auth endpoints' own limit, by address, and by the account that is tried.
- `BY_TOKEN`: signing out, and renewing a login, which each open tab of the dashboard does. They have that limit too,
  apart from the tries and by the member whom their token was given to (by address where it is nobody's): neither those
  who share an address, nor somebody who guesses at a password, can keep a member out. The route counts: it alone reads
  the token.
- `UNCOUNTED`: chunks of a replay, since watching one visit takes many of them, and what stands still as a file.

What no route answers (404 for an address that there is not, 405) and OPTIONS cost nothing and count as nothing, and so
do WebSockets, which have a limit of their own.
"""

from collections.abc import Mapping
from enum import StrEnum

COUNTED_BELOW = "/api/v1/"
_READS = ("GET", "HEAD")
_WRITES = ("POST", "PATCH", "PUT", "DELETE")


class Counted(StrEnum):
    read = "read"
    write = "write"
    tries = "tries"
    renewal = "renewal"
    nothing = "nothing"


TRIES: dict[str, object] = {"counted": Counted.tries}
BY_TOKEN: dict[str, object] = {"counted": Counted.renewal}
UNCOUNTED: dict[str, object] = {"counted": Counted.nothing}
"""A route's `opt`."""


def counted(method: str, path: str, opt: Mapping[str, object]) -> Counted:
    """As what a request to a route with this `opt` counts."""
    if not path.startswith(COUNTED_BELOW) or method not in _READS + _WRITES:
        return Counted.nothing
    told = opt.get("counted")
    if isinstance(told, Counted):
        return told
    return Counted.read if method in _READS else Counted.write
