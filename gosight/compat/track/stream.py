"""`GET /events/stream/{customer_id}` as a plain ASGI function: who is let in, what they missed, and all that follows.

An event's id is its position in the project's events file, so that whoever comes again is told what they missed from
the file itself, also after a restart.
"""

import asyncio
import contextlib
import logging
import re
from urllib.parse import parse_qsl

from gosight.compat.track.feed import Feed, Frame, Listener
from gosight.control import Access, Control, streaming
from gosight.events import EventFiles
from gosight.kit.bus import Bus
from gosight.kit.clock import MINUTE, Clock
from gosight.kit.errors import GoSightError, MethodNotAllowed, Unavailable, field_error
from gosight.kit.wire import sse
from gosight.kit.wire.asgi import Headers
from gosight.kit.wire.refusals import as_error, send_refusal
from gosight.kit.wire.types import Receive, Scope, Send

log = logging.getLogger("gosight.stream")

PATH = re.compile(r"/events/stream/([^/]+)")
HEARTBEAT_SECONDS = 15.0
RETRY_MS = 2_000
"""How long a browser waits before it comes again."""
MISSED = 5 * MINUTE
"""How far back somebody is told what they missed."""
AT_ONCE = 1_000
"""Missed events read and sent at a time."""
CHECK_SECONDS = 1.0
"""How long somebody who may not listen any more still does."""
LOOK_ANYWAY = 30
"""Checks after which everybody is looked at although nothing has changed: logins end by themselves, too."""
GOODBYE_SECONDS = 1.0


class EventStream:
    """Lives on the event loop. `connections`: how many may stream at once; 0 is no limit."""

    def __init__(self, bus: Bus, control: Control, files: EventFiles, clock: Clock, *, connections: int) -> None:
        self._bus = bus
        self._control = control
        self._files = files
        self._clock = clock
        self._most = connections
        self.count = 0
        """How many are open."""
        self._feeds: dict[int, Feed] = {}
        self._ticking: asyncio.Task[None] | None = None
        self._is_leaving = False
        self._handlers: set[asyncio.Task[object]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: Headers = dict(scope["headers"])
        cors = {"Access-Control-Allow-Origin": "*", "Vary": "Origin"} if b"origin" in headers else {}
        try:
            if scope["method"] == "OPTIONS":
                await _preflight(send)
                return
            if scope["method"] != "GET":
                raise MethodNotAllowed(f"expected GET, got {scope['method'][:20]}", headers={"Allow": "GET, OPTIONS"})
            access, asked = self._let_in(scope, headers)
            if self._is_leaving:
                raise Unavailable("the server is stopping; come again", retry_after=2)
            if 0 < self._most <= self.count:
                told = f"{self.count} streams are open, as many as this server allows (limits.stream_connections)"
                raise Unavailable(told, retry_after=30)
            self.count += 1
        except Exception as problem:
            error = as_error(problem, "GET", "/events/stream/{customer_id}")
            error.headers |= cors
            await send_refusal(send, error, scope["path"], "GET")
            return
        try:
            await self._stream(access, asked, cors, receive, send)
        finally:
            self.count -= 1

    def _let_in(self, scope: Scope, headers: Headers) -> tuple[Access, int | None]:
        found = PATH.fullmatch(scope["path"])
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        names = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items()}
        peer = scope["client"][0] if scope.get("client") else ""
        access = streaming.enter(self._control, found[1] if found else "", names, query, _cookies(names), peer)
        return access, _position(names.get("last-event-id") or query.get("last_event_id"))

    async def _stream(
        self, access: Access, asked: int | None, cors: dict[str, str], receive: Receive, send: Send
    ) -> None:
        number = access.project.number
        await asyncio.to_thread(self._files.open, number)
        listener = Listener(access, 0)
        self._enter(listener)  # before it is asked how far the file is: nothing falls between
        handler = asyncio.current_task()
        assert handler is not None
        self._handlers.add(handler)
        leaving = asyncio.create_task(_until_gone(receive, listener))
        try:
            position = self._files.position(number)
            listener.after = position if asked is None else min(asked, position)
            await _begin(send, listener.after, cors)
            if listener.after < position:
                await self._catch_up(listener, send)
            await _forward(listener, send)
        except GoSightError as error:
            log.warning("a stream ended: %s (%s)", error.message, error.cause)
        finally:
            leaving.cancel()
            self._left(listener)
            self._handlers.discard(handler)
        with contextlib.suppress(Exception):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _catch_up(self, listener: Listener, send: Send) -> None:
        """Tell what was missed, a piece at a time; what happens meanwhile is read with it."""
        since = self._clock() - MISSED
        while not listener.is_over:
            listener.start_over()
            file = self._files.of(listener.number)
            missed = await asyncio.to_thread(file.missed, listener.after, since, AT_ONCE)
            if missed:
                listener.put_first(Frame([one.message() for one in missed]))
                await _send(send, listener.take())
            if len(missed) < AT_ONCE:
                return

    def _enter(self, listener: Listener) -> None:
        feed = self._feeds.get(listener.number)
        if feed is None:
            feed = self._feeds[listener.number] = Feed(self._bus, listener.number)
        feed.listeners.add(listener)
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._tick())

    def _left(self, listener: Listener) -> None:
        listener.is_over = True
        feed = self._feeds.get(listener.number)
        if feed is not None:
            feed.listeners.discard(listener)
            if not feed.listeners:
                feed.close()
                del self._feeds[listener.number]

    async def leave(self) -> None:
        """The server stops: every stream ends now; whoever comes again is told what they missed meanwhile."""
        self._is_leaving = True
        if self._ticking is not None:
            self._ticking.cancel()
        for listener in self._everybody():
            listener.end()
        if self._handlers:
            _, stuck = await asyncio.wait(self._handlers, timeout=GOODBYE_SECONDS)
            for handler in stuck:
                handler.cancel()

    def _everybody(self) -> list[Listener]:
        return [listener for feed in self._feeds.values() for listener in feed.listeners]

    async def _tick(self) -> None:
        """Whoever was signed out, removed or given another role hears no more within a second or two."""
        version, turn = -1, 0
        while self._feeds:
            now = self._control.file.version()
            if version not in (-1, now) or turn % LOOK_ANYWAY == LOOK_ANYWAY - 1:
                for listener in self._everybody():
                    self._look_at(listener)
                    await asyncio.sleep(0)
            version, turn = now, turn + 1
            await asyncio.sleep(CHECK_SECONDS)

    def _look_at(self, listener: Listener) -> None:
        try:
            listener.access = streaming.still(self._control, listener.access)
        except GoSightError:
            listener.end()
        except Exception:
            log.exception("a stream could not be looked at")


async def _forward(listener: Listener, send: Send) -> None:
    loop = asyncio.get_running_loop()
    beat = loop.time() + HEARTBEAT_SECONDS
    while not listener.is_over:
        await listener.wait(max(0.0, beat - loop.time()))
        if listener.is_over:
            return
        text = listener.take()
        if not text and loop.time() < beat:
            continue
        await _send(send, text or sse.HEARTBEAT)
        beat = loop.time() + HEARTBEAT_SECONDS


async def _send(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _begin(send: Send, after: int, cors: dict[str, str]) -> None:
    headers = {
        "content-type": sse.CONTENT_TYPE,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-accel-buffering": "no",  # nginx would gather what should go out at once
        **cors,
    }
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 200, "headers": raw})
    await _send(send, sse.begin(RETRY_MS, after))


async def _until_gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


async def _preflight(send: Send) -> None:
    headers = [
        (b"access-control-allow-origin", b"*"),
        (b"access-control-allow-methods", b"GET, OPTIONS"),
        (b"access-control-allow-headers", b"authorization, x-gosight-key, last-event-id, cache-control"),
        (b"access-control-max-age", b"86400"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _cookies(headers: dict[str, str]) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
    return {name: value for name, _, value in pairs}


def _position(text: str | None) -> int | None:
    """Where somebody was. A browser that was told no id yet sends none."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise field_error("last_event_id", "an id of this stream, which is a number", text)
    return int(text)
