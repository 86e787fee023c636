"""Whatever goes wrong in us, as one of our errors in the envelope of the contract asked for; without the framework."""

import logging

import msgspec

from gosight.kit import ids
from gosight.kit.errors import GoSightError, Internal
from gosight.kit.wire.answers import send_answer
from gosight.kit.wire.contracts import rendered
from gosight.kit.wire.envelopes import error_headers
from gosight.kit.wire.types import Send

log = logging.getLogger("gosight.http")

NEVER_KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Headers of every answer of the API: it is about somebody."""


async def send_refusal(send: Send, error: GoSightError, path: str = "", method: str = "") -> None:
    """Tell of `error`, from an ASGI function that stands before Litestar; in contract 1's envelope where no path is
    told."""
    status, reply = rendered(error, path, method)
    headers = {"Content-Type": "application/json"} | NEVER_KEPT | error_headers(error)
    await send_answer(send, status, headers, msgspec.json.encode(reply))


def as_error(problem: Exception, method: str, pattern: str) -> GoSightError:
    """`problem` as the caller may see it; what is our own fault goes to the log under an id.

    `pattern` is the path's, and not the path: that may hold an invitation's secret.
    """
    if isinstance(problem, GoSightError):
        if problem.status >= 500:
            log.warning("%s %s: %s (%s)", method, pattern, problem.message, problem.cause)
        return problem
    id_ = ids.new("err", 12)
    log.error("%s: %s %s", id_, method, pattern, exc_info=problem)
    return Internal(f"something went wrong here; the server's log tells what, under {id_}")
