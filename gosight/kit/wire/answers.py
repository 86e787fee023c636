"""A whole answer of an ASGI function that stands before Litestar."""

from collections.abc import Mapping

from gosight.kit.wire.types import Send


async def send_answer(send: Send, status: int, headers: Mapping[str, str], body: bytes) -> None:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body, "more_body": False})
