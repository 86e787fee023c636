"""Whatever goes wrong in the framework or in us, as one of our errors in the envelope of the contract asked for."""

import logging
import re
from enum import Enum
from typing import get_args

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import Send

from gosight.kit import ids
from gosight.kit.errors import BadRequest, GoSightError, Internal, MethodNotAllowed, NotFound, PayloadTooLarge
from gosight.kit.wire.contracts import Told, rendered
from gosight.kit.wire.envelopes import error_headers
from gosight.kit.wire.words import in_words

log = logging.getLogger("gosight.http")

NEVER_KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Headers of every answer of the API: it is about somebody."""


def refuse(request: Request, problem: Exception) -> Response[Told]:  # type: ignore[type-arg]
    """Litestar's handler for every exception."""
    if isinstance(problem, ValidationException):
        error = _invalid(problem, request)
    else:
        error = as_error(problem, request.method, request.scope)  # type: ignore[arg-type]
    headers = NEVER_KEPT | error_headers(error)
    status, body = rendered(error, request.url.path, request.method)
    return Response(body, status_code=status, headers=headers, media_type="application/json")


async def send_refusal(send: Send, error: GoSightError, path: str = "", method: str = "") -> None:
    """The same for an ASGI function that stands before Litestar; in contract 1's envelope where no path is told."""
    status, reply = rendered(error, path, method)
    headers = {"Content-Type": "application/json"} | NEVER_KEPT | error_headers(error)
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": msgspec.json.encode(reply), "more_body": False})


def as_error(problem: Exception, method: str, scope: dict[str, object]) -> GoSightError:
    """`problem` as the caller may see it; what is our own fault goes to the log under an id."""
    if isinstance(problem, GoSightError) and problem.status < 500:
        return problem
    if isinstance(problem, HTTPException) and problem.status_code < 500:
        return _of_the_framework(problem, method, str(scope.get("path")))
    return _logged(problem, method, str(scope.get("path_template") or "?"))


def lowered(text: str) -> str:
    """With a small first letter, to stand behind a field's name."""
    return text[:1].lower() + text[1:]


def _invalid(problem: ValidationException, request: Request) -> GoSightError:  # type: ignore[type-arg]
    """Parameters of the path and the query, and a body that is missing: what is in a body, `bodies` has looked at."""
    found = [
        (str(entry.get("key", "")), str(entry["message"])) for entry in problem.extra or [] if isinstance(entry, dict)
    ]
    if ("data", "'data'") in found:
        return BadRequest("body: expected a JSON object, got nothing", details={"field": "body"})
    missing = _MISSING.search(problem.detail)
    if missing is not None:
        found = [(missing[1], "")]
    told = [(field, _told(field, message, request)) for field, message in found if message != repr(field)]
    if not told:
        return BadRequest(lowered(problem.detail))
    return BadRequest("; ".join(f"{field}: {text}" for field, text in told), details={"field": told[0][0]})


_MISSING = re.compile(r"Missing required query parameter '(\w+)'")
_EXPECTED = re.compile(r"Expected `(.+?)`, got")


def _told(field: str, message: str, request: Request) -> str:  # type: ignore[type-arg]
    """`expected started_at, duration or events, got 'x'`; `message` is msgspec's, "" where the parameter is missing."""
    choices = _choices(field, request)
    told = _EXPECTED.match(message)
    if choices:
        expected = f"{', '.join(choices[:-1])} or {choices[-1]}"
    elif told is not None:
        expected = in_words(told[1])
    elif message == "Number out of range":
        expected = "a number of a usual size"
    else:
        return lowered(message) or "is required"
    came = request.query_params.getall(field, [])
    return f"expected {expected}, got {repr(came[-1])[:100] if came else 'nothing'}"


def _choices(field: str, request: Request) -> list[str]:  # type: ignore[type-arg]
    """Of a parameter that is one of a closed list, or nothing."""
    known = request.route_handler.parsed_fn_signature.parameters.get(field)
    kinds = (known.annotation, *get_args(known.annotation)) if known is not None else ()
    enums = (kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum))
    return [str(choice.value) for kind in enums for choice in kind]


def _of_the_framework(problem: HTTPException, method: str, path: str) -> GoSightError:
    if problem.status_code == 404:
        return NotFound(f"there is nothing at {path}")
    if problem.status_code == 405:
        allowed = (problem.headers or {}).get("allow", "")
        return MethodNotAllowed(f"{method} does not work here; expected {allowed}", headers={"Allow": allowed})
    if problem.status_code == 413:
        return PayloadTooLarge("the body is too large; expected at most 1 MiB")
    return BadRequest(lowered(problem.detail))


def _logged(problem: Exception, method: str, path: str) -> GoSightError:
    """The path's pattern and not the path: a path may hold an invitation's secret."""
    if isinstance(problem, GoSightError):
        log.warning("%s %s: %s (%s)", method, path, problem.message, problem.cause)
        return problem
    id_ = ids.new("err", 12)
    log.error("%s: %s %s", id_, method, path, exc_info=problem)
    return Internal(f"something went wrong here; the server's log tells what, under {id_}")
