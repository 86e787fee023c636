"""One family of errors: the class decides the status, the edge decides the shape.

`message` is for whoever called; `cause` is for the log alone and is never sent.
"""

from collections.abc import Mapping


class GoSightError(Exception):
    """An answer other than the one asked for. Units: `retry_after` in seconds."""

    status = 500
    code = "INTERNAL_ERROR"

    def __init__(
        self,
        message: str,
        *,
        details: Mapping[str, object] | None = None,
        cause: str | None = None,
        retry_after: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = dict(details) if details else None
        self.cause = cause
        self.retry_after = retry_after
        self.headers = dict(headers) if headers else {}


class BadRequest(GoSightError):
    status = 400
    code = "VALIDATION_ERROR"


class Unauthorized(GoSightError):
    status = 401
    code = "UNAUTHORIZED"


class Forbidden(GoSightError):
    status = 403
    code = "FORBIDDEN"


class NotFound(GoSightError):
    status = 404
    code = "NOT_FOUND"


class MethodNotAllowed(GoSightError):
    status = 405
    code = "METHOD_NOT_ALLOWED"


class Conflict(GoSightError):
    status = 409
    code = "CONFLICT"


class PayloadTooLarge(GoSightError):
    status = 413
    code = "PAYLOAD_TOO_LARGE"


class RateLimited(GoSightError):
    status = 429
    code = "RATE_LIMITED"


class Unavailable(GoSightError):
    status = 503
    code = "UNAVAILABLE"


class DiskFull(GoSightError):
    status = 507
    code = "DISK_FULL"


class Internal(GoSightError):
    """What we did not foresee; the cause goes to the log, never to the caller."""


def field_error(field: str, expected: str, came: object) -> BadRequest:
    """A `BadRequest` that names the field, what was expected and what came (cut to 100 characters)."""
    shown = repr(came)
    shown = shown if len(shown) <= 100 else shown[:97] + "..."
    return BadRequest(f"{field}: expected {expected}, got {shown}", details={"field": field})
