"""Whatever goes wrong in Litestar, and what it could not make of a request, as one of our errors."""

import re
from enum import Enum
from typing import get_args

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from gosight.kit.errors import BadRequest, GoSightError, MethodNotAllowed, NotFound, PayloadTooLarge
from gosight.kit.wire.contracts import Told, rendered
from gosight.kit.wire.envelopes import error_headers
from gosight.kit.wire.refusals import NEVER_KEPT, as_error
from gosight.kit.wire.words import in_words, lowered


def refuse(request: Request, problem: Exception) -> Response[Told]:  # type: ignore[type-arg]
    """Litestar's handler for every exception."""
    if isinstance(problem, ValidationException):
        error = _invalid(problem, request)
    elif isinstance(problem, HTTPException) and problem.status_code < 500:
        error = _of_the_framework(problem, request.method, request.url.path)
    else:
        error = as_error(problem, request.method, str(request.scope.get("path_template") or "?"))
    headers = NEVER_KEPT | error_headers(error)
    status, body = rendered(error, request.url.path, request.method)
    return Response(body, status_code=status, headers=headers, media_type="application/json")


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
