"""Which contract an address belongs to, and how that contract tells of an error: one family of exceptions inside, one
renderer per contract at the edge.

Contracts 0 and 1 answer `{"success": false, "error": {code, message, details}}`; contract 2 the same with `message`
beside it, where its successes have theirs; contract 3 `{"status": "error", "message", "details"}`, and 422 where a
field of the body is wrong.
"""

from typing import Literal

import msgspec

from gosight.kit.errors import GoSightError
from gosight.kit.wire.envelopes import ErrorReply, Problem, error_reply

_SECOND = ("/track", "/query", "/ai/", "/dashboard/", "/events/")
_THIRD = ("/api/sessions", "/api/pages", "/api/auth", "/api/health")


class SecondErrorReply(msgspec.Struct, frozen=True, kw_only=True):
    """Contract 2's. `message` is that of `error`."""

    success: bool = False
    message: str
    error: Problem


class ThirdErrorReply(msgspec.Struct, frozen=True, kw_only=True):
    """Contract 3's. `details` is text, as in the contract: the field that is wrong, or else the error's code."""

    status: Literal["error"] = "error"
    message: str
    details: str


Told = ErrorReply | SecondErrorReply | ThirdErrorReply


def error_kind(path: str, method: str) -> type[Told]:
    """The envelope in which errors at this address are told."""
    if _begins(path, _SECOND):
        return SecondErrorReply
    return ThirdErrorReply if _is_third(path, method) else ErrorReply


def rendered(error: GoSightError, path: str, method: str) -> tuple[int, Told]:
    """The status and the body that tell of `error` to whoever asked for `path`."""
    kind = error_kind(path, method)
    if kind is SecondErrorReply:
        return error.status, SecondErrorReply(message=error.message, error=error_reply(error).error)
    if kind is ThirdErrorReply:
        field = (error.details or {}).get("field")
        third = ThirdErrorReply(message=error.message, details=str(field or error.code))
        return 422 if error.status == 400 else error.status, third
    return error.status, error_reply(error)


def _is_third(path: str, method: str) -> bool:
    return _begins(path, _THIRD) or (path == "/" and method == "POST")


def _begins(path: str, starts: tuple[str, ...]) -> bool:
    return any(path == start or path.startswith(start.rstrip("/") + "/") for start in starts)
