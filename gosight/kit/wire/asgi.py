"""What plain ASGI functions that pages send to share: CORS, bodies read within bounds, answers and refusals."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any

import msgspec

from gosight.kit.errors import GoSightError, MethodNotAllowed, PayloadTooLarge, Unavailable
from gosight.kit.wire.contracts import rendered
from gosight.kit.wire.envelopes import error_headers
from gosight.kit.wire.refusals import as_error
from gosight.kit.wire.types import AsgiApp, Receive, Scope, Send

Header = tuple[bytes, bytes]
Headers = dict[bytes, bytes]
Post = Callable[[Scope, Headers, Receive], Awaitable[bytes]]
"""Answers the body of a 200."""

UNREAD = 64 * 1024
"""Bytes that lie in the line: up to there nobody notices that they were not read."""
MAX_HEARD = 128 * 1024 * 1024
"""Bytes that are read and thrown away before a refusal: twice the largest upload."""
MAX_DRAINED = 16 * 1024 * 1024
"""A body up to this size is read to its end, and thrown away, before it is refused for its size."""
BODY_SECONDS = 30
"""How long a body may take: whoever sends half of one must not hold a place for ever."""
_JSON = (b"content-type", b"application/json")
_PREFLIGHT: list[Header] = [
    (b"access-control-allow-methods", b"POST, OPTIONS"),
    (b"access-control-allow-headers", b"content-type, content-encoding, x-gosight-key, authorization"),
    (b"access-control-max-age", b"86400"),
]
_encode = msgspec.json.Encoder().encode


async def answer_post(scope: Scope, receive: Receive, send: Send, post: Post) -> None:
    """One request from a page: preflights are always answered, POST by `post`, and whatever goes wrong is told."""
    headers: Headers = dict(scope["headers"])
    cors = _cors(headers)
    method = scope["method"]
    if method == "OPTIONS":
        await _reply(send, 204, b"", cors + _PREFLIGHT)
        return
    try:
        if method != "POST":
            raise MethodNotAllowed(f"expected POST, got {method[:20]}", headers={"Allow": "POST, OPTIONS"})
        body = await post(scope, headers, receive)
    except GoSightError as error:
        await _refuse(send, error, scope["path"], cors)
        return
    except Exception as problem:
        await _refuse(send, as_error(problem, method, scope["path"]), scope["path"], cors)
        return
    await _reply(send, 200, body, cors)


class Inlet:
    """Bodies of one kind on their way in: `what` they are called, how large one may be, how many bytes may wait."""

    def __init__(self, what: str, *, largest: int, waiting: int, too_many: str) -> None:
        self.waiting_bytes = 0
        self._what = what
        self._largest = largest
        self._most = waiting
        self._too_many = too_many

    @contextlib.contextmanager
    def holding(self, size: int) -> Iterator[None]:
        """So many bytes wait meanwhile. Raises `Unavailable` where that would be too many."""
        self.take(size)
        try:
            yield
        finally:
            self.waiting_bytes -= size

    def take(self, size: int) -> None:
        if self.waiting_bytes + size > self._most:
            raise Unavailable(self._too_many, retry_after=1)
        self.waiting_bytes += size

    async def body(self, headers: Headers, receive: Receive) -> bytes:
        """The whole body. Raises `PayloadTooLarge`, or `Unavailable` where it takes too long."""
        told = headers.get(b"content-length", b"")
        length = int(told) if told.isdigit() else -1
        if length > self._largest:
            if length <= max(MAX_DRAINED, 2 * self._largest):
                await drain(receive)
            raise self._too_large()
        message = await receive()
        body: bytes = message.get("body", b"")
        if len(body) == length or not message.get("more_body"):  # Granian tells of the end in a message of its own
            return body
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await self._rest(message, receive)
        except TimeoutError:
            raise Unavailable(f"the body did not arrive within {BODY_SECONDS} s; send it again") from None

    async def _rest(self, message: MutableMapping[str, Any], receive: Receive) -> bytes:
        """What has come of it counts as waiting, so that many who send slowly can't fill the memory."""
        parts: list[bytes] = [message.get("body", b"")]
        size = len(parts[0])
        self.waiting_bytes += size
        try:
            while message.get("more_body"):
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Unavailable("the connection ended before the body did")
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                self.waiting_bytes += len(parts[-1])
                if size > self._largest:
                    await drain(receive)
                    raise self._too_large()
                if self.waiting_bytes > self._most:
                    raise Unavailable(self._too_many, retry_after=1)
        finally:
            self.waiting_bytes -= size
        return b"".join(parts)

    def _too_large(self) -> PayloadTooLarge:
        return PayloadTooLarge(f"a {self._what} is at most {self._largest} bytes; send it in smaller ones")


async def drain(receive: Receive, most: int = MAX_DRAINED) -> None:
    """Most clients read an answer only once they have sent their body; before, a refusal looks like a broken line."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(BODY_SECONDS):
            while most > 0 and (message := await receive()).get("more_body"):
                most -= len(message["body"])


def heard_out(app: AsgiApp) -> AsgiApp:
    """`app`, whose refusals also reach a client that reads an answer only once it has sent all of a large body."""

    async def patient(scope: Scope, receive: Receive, send: Send) -> None:
        headers: Headers = dict(scope.get("headers", ()))
        length = headers.get(b"content-length", b"")
        if b"transfer-encoding" not in headers and not (length.isdigit() and int(length) > UNREAD):
            await app(scope, receive, send)
            return
        is_read = False

        async def hear() -> MutableMapping[str, Any]:
            nonlocal is_read
            message = await receive()
            is_read = not message.get("more_body")
            return message

        async def tell(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and not is_read and message["status"] >= 400:
                await drain(hear, MAX_HEARD)
            await send(message)

        await app(scope, hear, tell)

    return patient


def encoding(headers: Headers) -> str:
    """What the body is packed with, "" for nothing."""
    return headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()


def _cors(headers: Headers) -> list[Header]:
    origin = headers.get(b"origin")
    if origin is None:
        return []
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-expose-headers", b"retry-after"),
        (b"vary", b"Origin"),
    ]


async def _refuse(send: Send, error: GoSightError, path: str, headers: list[Header]) -> None:
    extra = [(name.lower().encode(), value.encode()) for name, value in error_headers(error).items()]
    status, told = rendered(error, path, "POST")
    await _reply(send, status, _encode(told), headers + extra)


async def _reply(send: Send, status: int, body: bytes, headers: list[Header]) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [_JSON, length, *headers]})
    await send({"type": "http.response.body", "body": body})
