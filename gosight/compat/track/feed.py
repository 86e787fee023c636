"""A project's events on their way to everybody who streams them: gathered for a moment, written once, handed to all.

Lives on the event loop. A reader that is slow loses its own oldest events, is told how many, and keeps nobody waiting.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

import msgspec

from gosight.control import Access
from gosight.events import OF_A_USER
from gosight.kit.access import Permission
from gosight.kit.bus import STREAM, Bus, Message
from gosight.kit.wire import sse

TOGETHER_SECONDS = 0.2
"""What happens within so long goes out as one message; after a quiet moment nothing waits."""
WAITING = 5_000
"""Events that wait for one reader, or for the next message: some 1 MB."""

_encode = msgspec.json.Encoder().encode


class Frame:
    """Events that go out together, in order of their position in the events file. Written once for all who may see the
    same. `lost` were too many to be told before them."""

    __slots__ = ("_texts", "events", "lost")

    def __init__(self, events: Sequence[Message], lost: int = 0) -> None:
        self.events = events
        self.lost = lost
        self._texts: list[bytes | None] = [None, None]

    def text(self, after: int, *, with_personal: bool) -> bytes:
        """All behind position `after`; nothing where there is none."""
        if self.events and self.events[0].position > after:
            text = self._texts[with_personal]
            if text is None:
                text = self._texts[with_personal] = _written(self.events, with_personal)
            return text
        return _written([one for one in self.events if one.position > after], with_personal)


def _written(events: Sequence[Message], with_personal: bool) -> bytes:
    if not events:
        return b""
    told = [one.data if with_personal else _for_a_viewer(one) for one in events]
    return sse.message("new_events", _encode(told), events[-1].position)


def _for_a_viewer(message: Message) -> object:
    visitor = message.data["visitor_id"]
    hides = isinstance(visitor, str) and visitor.startswith(OF_A_USER)
    return {**message.data, "visitor_id": None} if hides else message.data


def lost(count: int) -> bytes:
    """So many events were lost here, since the reader was too slow for them."""
    return sse.message("lost", _encode({"count": count}))


class Listener:
    """Somebody who streams. `after` is the position up to which they were told."""

    def __init__(self, access: Access, after: int) -> None:
        self.access = access
        self.after = after
        self.is_over = False
        self._frames: deque[Frame] = deque()
        self._waiting = 0
        self._lost = 0
        self._news: asyncio.Future[None] | None = None

    @property
    def number(self) -> int:
        return self.access.project.number

    def put(self, frame: Frame) -> None:
        self._frames.append(frame)
        self._waiting += len(frame.events)
        while self._waiting > WAITING and len(self._frames) > 1:
            dropped = self._frames.popleft()
            self._waiting -= len(dropped.events)
            self._lost += dropped.lost + sum(one.position > self.after for one in dropped.events)
        self._tell()

    def put_first(self, frame: Frame) -> None:
        """What was read from the store comes before what happened meanwhile."""
        self._frames.appendleft(frame)
        self._waiting += len(frame.events)

    def start_over(self) -> None:
        """What waits will be read from the store."""
        self._frames.clear()
        self._waiting = self._lost = 0

    def take(self) -> bytes:
        """Everything that waits, as it goes out."""
        frames, self._frames, self._waiting = self._frames, deque(), 0
        count, self._lost = self._lost, 0
        with_personal = self.access.grant.may(Permission.personal_read)
        parts: list[bytes] = []
        for frame in frames:
            count += frame.lost
            if count:
                parts.append(lost(count))
                count = 0
            parts.append(frame.text(self.after, with_personal=with_personal))
            if frame.events:
                self.after = max(self.after, frame.events[-1].position)
        if count:
            parts.append(lost(count))
        return b"".join(parts)

    async def wait(self, seconds: float) -> None:
        """Until there is something, or it is over; at most so long."""
        if self._frames or self._lost or self.is_over:
            return
        loop = asyncio.get_running_loop()
        self._news = loop.create_future()
        alarm = loop.call_later(seconds, self._tell)
        try:
            await self._news
        finally:
            alarm.cancel()
            self._news = None

    def end(self) -> None:
        self.is_over = True
        self._tell()

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)


class Feed:
    """One project's, while somebody streams it."""

    def __init__(self, bus: Bus, number: int) -> None:
        self.listeners: set[Listener] = set()
        self._events: deque[Message] = deque(maxlen=WAITING)
        self._lost = 0
        self._sent_at = float("-inf")
        self._timer: asyncio.TimerHandle | None = None
        self._reader = bus.reader(on_news=self._hear)
        self._reader.listen(number, [STREAM])

    def close(self) -> None:
        self._reader.close()
        if self._timer is not None:
            self._timer.cancel()

    def _hear(self) -> None:
        missed, messages = self._reader.take(WAITING)
        self._lost += missed + max(0, len(self._events) + len(messages) - WAITING)
        self._events.extend(messages)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            wait = max(0.0, self._sent_at + TOGETHER_SECONDS - loop.time())
            self._timer = loop.call_later(wait, self._send)

    def _send(self) -> None:
        self._timer = None
        self._sent_at = asyncio.get_running_loop().time()
        frame = Frame(list(self._events), self._lost)
        self._events.clear()
        self._lost = 0
        for listener in self.listeners:
            listener.put(frame)
