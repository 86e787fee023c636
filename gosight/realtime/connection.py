"""Somebody who is let in, and what goes out to them. Lives on the event loop.

Sending never waits: what a connection has to send is handed to the server in one pass over all connections (`push`).
Only where messages are still on their way, or many wait, a task of its own sends the rest; what comes meanwhile waits
in its reader, which loses the oldest.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from gosight.control import Access
from gosight.kit.access import Permission
from gosight.kit.bus import Bus
from gosight.kit.errors import BadRequest, GoSightError, PayloadTooLarge, RateLimited
from gosight.kit.wire.types import Receive, Send
from gosight.realtime import model
from gosight.realtime.model import Auth, Ping, Subscribe

AT_ONCE = 32
"""Messages taken from the reader at a time: what was taken is sent, and can't be dropped any more."""
GOODBYE_SECONDS = 1.0
"""How long a last message may take to somebody who perhaps does not read."""
MAX_PER_MINUTE = 120
"""Messages from a client: it has three channels, and a ping now and then."""

METRICS = "metrics"
"""The channel that everybody hears who is let in."""


class Connection:
    def __init__(self, bus: Bus, access: Access, key: str | None, client: str, send: Send) -> None:
        self.access = access
        self.key = key
        """What a key let in, to look again whether it still does."""
        self.client = client
        self.on_end: Callable[[Connection], None] = lambda connection: None
        self.on_done: Callable[[Connection], None] = lambda connection: None
        self.on_news: Callable[[Connection], None] = lambda connection: None
        self.is_over = False
        self.channels: set[str] = set()
        self._reader = bus.reader(on_news=self._news)
        self._reader.listen(self.number, [METRICS])
        self._send = send
        self._replies: deque[str] = deque()
        self._on_its_way: asyncio.Future[Any] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._listening: asyncio.Future[None] | None = None
        self._last: GoSightError | None = None
        self._minute = 0.0
        self._heard = 0

    @property
    def number(self) -> int:
        return self.access.project.number

    def say(self, text: str) -> None:
        """To them alone, before whatever else waits."""
        self._replies.append(text)
        self._news()

    def hear(self, message: Any) -> None:
        """Something that they sent."""
        try:
            self._count()
            self._do(model.read(text_of(message)))
        except (PayloadTooLarge, RateLimited) as error:
            self.end(error)
        except GoSightError as error:
            self.say(model.refusal(error))

    def _count(self) -> None:
        now = time.monotonic()
        if now - self._minute >= 60:
            self._minute, self._heard = now, 0
        self._heard += 1
        if self._heard > MAX_PER_MINUTE:
            raise RateLimited(f"over {MAX_PER_MINUTE} messages a minute; a connection needs a few")

    def _do(self, asked: model.Asked) -> None:
        if isinstance(asked, Ping):
            self.say(model.PONG)
            return
        if isinstance(asked, Auth):
            raise BadRequest("this connection is authenticated already; open another one for somebody else")
        if isinstance(asked, Subscribe):
            self._reader.listen(self.number, asked.channels)
            self.channels |= set(asked.channels)
        else:
            self._reader.leave(self.number, asked.channels)
            self.channels -= set(asked.channels)
        self.say(model.subscribed(self.channels))

    def _news(self) -> None:
        if not self.is_over and self._sending is None:
            self.on_news(self)

    def push(self) -> None:
        """Hand what waits to the server, without waiting for it."""
        if self._sending is not None or self.is_over:
            return
        if (self._on_its_way is None or self._on_its_way.done()) and self._hand_on() < AT_ONCE:
            return
        self._sending = asyncio.create_task(self._send_all())

    async def _send_all(self) -> None:
        """As they are taken from us, until nothing waits any more."""
        try:
            while not self.is_over:
                await self._arrived()
                if not self._hand_on():
                    return
        finally:
            self._sending = None

    def _hand_on(self) -> int:
        """How many messages were handed to the server, which sends them in this order; the last one tells when."""
        texts = self._take()
        for text in texts:
            self._on_its_way = _started(self._send({"type": "websocket.send", "text": text}))
        return len(texts)

    def _take(self) -> list[str]:
        lost, messages = self._reader.take(AT_ONCE)
        texts = [*self._replies]
        self._replies.clear()
        if lost:
            texts.append(model.dropped(lost))
        with_personal = self.access.grant.may(Permission.personal_read)
        return texts + [message.text(with_personal=with_personal) for message in messages]

    async def _arrived(self) -> None:
        if self._on_its_way is not None and not self._on_its_way.done():
            with contextlib.suppress(Exception):  # whoever left is told to the handler
                await self._on_its_way

    def end(self, error: GoSightError) -> None:
        """Tell why, and close: whoever listens to them is interrupted, and says goodbye."""
        if not self.is_over:
            self._last = error
            self._leave()
            if self._listening is not None:
                self._listening.cancel()

    async def listen(self, receive: Receive) -> None:
        """Until they leave, or have to."""
        self._listening = asyncio.ensure_future(self._hear_all(receive))
        try:
            await asyncio.wait({self._listening})
            if self._last is not None:
                await self._goodbye(self._last)
        finally:
            self._listening.cancel()
            if not self.is_over:
                self._leave()
            self.on_done(self)

    async def _hear_all(self, receive: Receive) -> None:
        while not self.is_over and (message := await receive())["type"] == "websocket.receive":
            self.hear(message)

    async def _goodbye(self, error: GoSightError) -> None:
        """Only once nobody listens any more: until then Granian does not close."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(GOODBYE_SECONDS):
                if self._sending is not None:
                    await asyncio.shield(self._sending)
                await self._arrived()
                await close(self._send, error)

    def gone(self) -> None:
        """They were not let in after all."""
        self._leave()

    def _leave(self) -> None:
        self.is_over = True
        self._reader.close()
        self.on_end(self)


async def close(send: Send, error: GoSightError) -> None:
    """The last two things that somebody hears."""
    await send({"type": "websocket.send", "text": model.refusal(error)})
    await send({"type": "websocket.close", "code": model.close_code(error), "reason": error.code})


def text_of(message: Any) -> str:
    """A message of a client, where it is text and not too large."""
    text: str | None = message.get("text")
    if text is None:
        size = len(message.get("bytes") or b"")
        if size <= model.MAX_MESSAGE:
            raise BadRequest(f"expected a text message, got {size} bytes of binary")
    elif len(text) <= model.MAX_MESSAGE:
        return text
    raise PayloadTooLarge(f"a message is at most {model.MAX_MESSAGE} characters")


def _started(sent: Awaitable[Any]) -> "asyncio.Future[Any]":
    """Granian sends at once and answers a future; a server that answers a coroutine does so once it runs."""
    return asyncio.ensure_future(sent)
