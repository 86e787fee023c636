"""The description of the API at /api/v1/openapi.json: what Litestar knows, who may call, and how errors look."""

import re
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, Router
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Reference, SecurityScheme
from litestar.routes import HTTPRoute

from gosight.kit.access import PUBLIC
from gosight.kit.counting import UNCOUNTED, Counted, counted
from gosight.kit.errors import NotFound
from gosight.kit.wire.contracts import SecondErrorReply, ThirdErrorReply, error_kind
from gosight.kit.wire.envelopes import ErrorReply

PATH = "/api/v1/openapi.json"
SCHEMES: dict[str, SecurityScheme | Reference] = {
    "member": SecurityScheme(
        type="http", scheme="bearer", bearer_format="JWT", description="The access_token of POST /api/v1/auth/login."
    ),
    "key": SecurityScheme(
        type="apiKey", name="X-GoSight-Key", security_scheme_in="header", description="A gs_api_ key of one project."
    ),
}


_HEADERS: dict[str, dict[str, Any]] = {
    name: {"description": description, "schema": {"type": "integer"}}
    for name, description in {
        "X-RateLimit-Limit": "Requests of this kind in a minute. Without a limit the three headers are not there.",
        "X-RateLimit-Remaining": "What is left of them.",
        "X-RateLimit-Reset": "When the minute ends, in seconds since 1970.",
        "Retry-After": "Seconds after which to try again.",
    }.items()
}


_RATE = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS if name.startswith("X-")}
_ERRORS = (ErrorReply, SecondErrorReply, ThirdErrorReply)
_RATE_LIMITED: dict[str, Any] = {
    "description": "Too many requests; nothing was done.",
    "headers": _RATE | {"Retry-After": {"$ref": "#/components/headers/Retry-After"}},
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorReply"}}},
}


def config(version: str) -> OpenAPIConfig:
    """One JSON file and no page: pages that read it would load scripts from elsewhere."""
    return OpenAPIConfig(
        title="GoSight",
        version=version,
        description="The product's own API. Every answer is an envelope: success and data, or success and error.",
        components=Components(security_schemes=SCHEMES),
        security=[{"member": []}, {"key": []}],
        use_handler_docstrings=True,
        render_plugins=[_Description(path="/")],
        openapi_router=Router(
            PATH, route_handlers=[], include_in_schema=False, opt=PUBLIC | UNCOUNTED, after_request=_nothing_else_here
        ),
    )


def _nothing_else_here(response: Response[Any]) -> Response[Any]:
    """Litestar answers an HTML page for paths below the file."""
    if response.status_code == 404:
        raise NotFound(f"there is nothing here; the API is described at {PATH}")
    return response


class _Description(JsonRenderPlugin):
    """Litestar's schema with the error envelope and each route's needs, put together once."""

    _whole: bytes = b""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        self._whole = self._whole or msgspec.json.encode(_completed(request.app, openapi_schema))
        return self._whole


def _completed(app: Litestar, schema: dict[str, Any]) -> dict[str, Any]:
    _, parts = msgspec.json.schema_components(_ERRORS, ref_template="#/components/schemas/{name}")
    schema["components"].setdefault("schemas", {}).update(parts)
    schema["components"]["headers"] = _HEADERS
    schema["components"]["responses"] = {"RateLimited": _RATE_LIMITED}
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in handler.http_methods:
                    operation = schema["paths"].get(route.path_format, {}).get(method.lower())
                    if operation is not None:
                        kind = counted(method, route.path_format, handler.opt)
                        _complete(operation, dict(handler.opt), kind, _error(route.path_format, method))
    return schema


def _error(path: str, method: str) -> dict[str, Any]:
    """In the envelope of the contract that the address belongs to."""
    schema = {"$ref": f"#/components/schemas/{error_kind(path, method).__name__}"}
    return {
        "description": "What went wrong, and what was expected.",
        "content": {"application/json": {"schema": schema}},
    }


def _complete(operation: dict[str, Any], opt: dict[str, Any], kind: Counted, error: dict[str, Any]) -> None:
    for status in [status for status in operation["responses"] if not status.startswith("2")]:
        del operation["responses"][status]
    for answer in operation["responses"].values():
        answer.pop("headers", None)
    operation["summary"] = re.sub(r"(?<=[a-z])([A-Z])", lambda found: f" {found[1].lower()}", operation["summary"])
    operation["responses"]["default"] = error
    if kind is not Counted.nothing:
        _tell_limits(operation)
    if opt.get("public") and not opt.get("token"):
        operation["security"] = []
    if permission := opt.get("needs"):
        operation["description"] = f"{operation.get('description', '')}\n\nNeeds the permission `{permission}`.".strip()


def _tell_limits(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    default = responses.pop("default")
    for answer in responses.values():
        answer["headers"] = _RATE
    responses["429"] = {"$ref": "#/components/responses/RateLimited"}
    responses["default"] = default
