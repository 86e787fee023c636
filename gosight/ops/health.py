"""Is it well? What contract 2 answers at `/` and `/health`, and contract 3 where `/` is posted to."""

import msgspec

from gosight.kit.clock import to_datetime
from gosight.kit.errors import MethodNotAllowed
from gosight.kit.wire.answers import send_answer
from gosight.kit.wire.refusals import NEVER_KEPT, send_refusal
from gosight.kit.wire.types import Scope, Send

VARY = {"Vary": "Accept"}


class Health(msgspec.Struct, frozen=True, kw_only=True):
    service: str = "real-time-analytics-api"
    status: str = "healthy"
    ai_enabled: bool
    """Is a model configured, so that any question can be asked?"""
    timestamp: str


class SessionServer(msgspec.Struct, frozen=True, kw_only=True):
    status: str = "success"
    message: str = "Session Server is running"
    timestamp: str


def read(now: int, *, ai_enabled: bool) -> Health:
    """`now` in microseconds; the timestamp always has milliseconds: `2026-02-16T12:00:00.000Z`."""
    return Health(ai_enabled=ai_enabled, timestamp=_stamp(now))


async def answer(scope: Scope, send: Send, now: int, *, ai_enabled: bool) -> None:
    """ASGI: `/health`, which is answered as soon as events are taken in, before the API is put together."""
    if scope["method"] not in ("GET", "HEAD"):
        await send_refusal(send, MethodNotAllowed("expected GET or HEAD", headers={"Allow": "GET, HEAD"}))
        return
    body = msgspec.json.encode(read(now, ai_enabled=ai_enabled))
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **NEVER_KEPT, **VARY}
    await send_answer(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


def of_session_server(now: int) -> SessionServer:
    return SessionServer(timestamp=_stamp(now))


def _stamp(now: int) -> str:
    return to_datetime(now).strftime("%Y-%m-%dT%H:%M:%S.") + f"{now // 1_000 % 1_000:03d}Z"
