"""Reads a JSON body straight into the type that its route declares, strictly: "5" is no number."""

from typing import Any

import msgspec
from litestar import Request

from gosight.kit.errors import BadRequest
from gosight.kit.wire.words import refusal


class ApiRequest(Request[Any, Any, Any]):
    """Whatever its Content-Type says: a body is JSON."""

    async def json(self) -> Any:
        field = self.route_handler.parsed_data_field
        return read(await self.body(), Any if field is None else field.raw)


def read(body: bytes, into: Any) -> Any:
    """`body` as `into`, or BadRequest with the field and what was expected."""
    try:
        return msgspec.json.decode(body, type=into)
    except msgspec.ValidationError as problem:
        raise refusal(problem, into) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise BadRequest(f"body: expected JSON in UTF-8; {problem}", details={"field": "body"}) from None
    except RecursionError:
        raise BadRequest("body: expected JSON that is not nested so deeply", details={"field": "body"}) from None
