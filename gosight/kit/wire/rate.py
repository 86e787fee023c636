"""What is left of a limit, told with every counted answer, errors too."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from gosight.kit.limits import Verdict, headers


def note(connection: ASGIConnection[Any, Any, Any, Any], verdict: Verdict) -> None:
    """The answer to this request will tell of `verdict`, or of an earlier one that leaves less."""
    earlier: Verdict | None = connection.scope["state"].get("rate")
    if verdict.limit and (earlier is None or verdict.remaining <= earlier.remaining):
        connection.scope["state"]["rate"] = verdict


async def tell(message: Message, scope: Scope) -> None:
    """Litestar's hook before an answer is sent. A refusal for its rate has told already."""
    verdict: Verdict | None = scope["state"].get("rate")
    if verdict is not None and message["type"] == "http.response.start":
        told = MutableScopeHeaders.from_message(message)
        for name, value in headers(verdict).items():
            told.setdefault(name, value)
