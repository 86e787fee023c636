"""What happens, told to whoever listens at that moment. Nothing is kept: nothing may depend on a message arriving.

Whoever has something to tell publishes, from any thread; readers live on the event loop. Where nobody listens a message
costs one look into a dict. A reader that doesn't keep up loses its own oldest messages, and is told how many.
"""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping

import msgspec

SESSIONS = "sessions"
EVENTS = "events"
ALERTS = "alerts"
STREAM = "stream"
"""Events as contract 2 streams them, with their position."""

WAITING = 1_000
"""Messages that wait for one reader; past that its oldest go."""
UNDELIVERED = 20_000
"""Messages that wait for the event loop; past that the oldest go, for all their readers."""

_encode = msgspec.json.Encoder().encode

Topic = tuple[int, str]


class Message:
    """`type` and `data` as contract 1 sends them. `personal` names fields of `data` that a viewer gets as null.

    Made once and handed to every reader: neither it nor its data may be changed once it is published.
    """

    __slots__ = ("_texts", "data", "personal", "position", "type")

    def __init__(
        self, type: str, data: Mapping[str, object], personal: tuple[str, ...] = (), position: int = 0
    ) -> None:
        self.type = type
        self.data = data
        self.personal = personal
        self.position = position
        """Where it stands in the project's events file, for whoever comes again; 0: nowhere."""
        self._texts: list[str | None] = [None, None]

    def text(self, *, with_personal: bool) -> str:
        """As JSON, encoded once for all readers who may see the same."""
        text = self._texts[with_personal]
        if text is None:
            data = self.data if with_personal else {**self.data, **dict.fromkeys(self.personal)}
            text = self._texts[with_personal] = _encode({"type": self.type, "data": data}).decode()
        return text


class Reader:
    """Hears the topics that it listens to. Lives on the event loop; `close` it in the end."""

    def __init__(self, bus: "Bus", waiting: int, on_news: Callable[[], None] | None) -> None:
        self._bus = bus
        self._most = waiting
        self._on_news = on_news
        self._messages: deque[Message] = deque()
        self._lost = 0
        self._waiter: asyncio.Future[None] | None = None
        self._topics: set[Topic] = set()

    def listen(self, project_number: int, channels: Iterable[str]) -> None:
        """From now on these as well."""
        for channel in channels:
            self._topics.add((project_number, channel))
            self._bus._add((project_number, channel), self)

    def leave(self, project_number: int, channels: Iterable[str]) -> None:
        """From now on not these any more; what waits already still comes."""
        for channel in channels:
            self._topics.discard((project_number, channel))
            self._bus._remove((project_number, channel), self)

    def close(self) -> None:
        for topic in self._topics:
            self._bus._remove(topic, self)
        self._topics.clear()

    async def heard(self) -> tuple[int, list[Message]]:
        """Wait until there is something: how many messages were lost before it, and all that wait, oldest first."""
        while not self._messages and not self._lost:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self.take(self._most)

    def take(self, most: int) -> tuple[int, list[Message]]:
        """The same without waiting; at most so many messages."""
        lost, self._lost = self._lost, 0
        messages = self._messages
        if len(messages) <= most:
            self._messages = deque()
            return lost, list(messages)
        return lost, [messages.popleft() for _ in range(most)]

    def put(self, message: Message) -> None:
        """Tell this reader alone; on the event loop."""
        if len(self._messages) >= self._most:
            self._messages.popleft()
            self._lost += 1
        self._messages.append(message)
        if len(self._messages) == 1:
            self._tell()

    def _lose(self, count: int) -> None:
        self._lost += count
        self._tell()

    def _tell(self) -> None:
        if self._on_news is not None:
            self._on_news()
        elif self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Bus:
    """One for the whole product. Messages of one publisher arrive in the order in which they were published."""

    def __init__(self) -> None:
        self._readers: dict[Topic, set[Reader]] = {}
        """Changed on the event loop alone; other threads look whether a topic is there."""
        self._lock = threading.Lock()
        self._inbox: deque[tuple[Topic, Message]] = deque()
        self._lost: Counter[Topic] = Counter()
        self._is_called = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def reader(self, waiting: int = WAITING, on_news: Callable[[], None] | None = None) -> Reader:
        """Somebody who listens; to nothing yet. On the event loop. `on_news` is called when there is something again
        after there was nothing, for whoever serves many readers and calls `take` instead of waiting."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._is_called = loop, False
        return Reader(self, waiting, on_news)

    def is_heard(self, project_number: int, channel: str) -> bool:
        """Does anybody listen? Where making a message costs something, look here first."""
        return (project_number, channel) in self._readers

    def publish(self, project_number: int, channel: str, message: Message) -> None:
        """Tell whoever listens to this channel of this project, soon. From any thread; never waits for a reader."""
        if (project_number, channel) in self._readers:
            self.publish_all(project_number, channel, (message,))

    def publish_all(self, project_number: int, channel: str, messages: Iterable[Message], *, lost: int = 0) -> None:
        """The same for several; `lost` came before them and were too many to be told."""
        topic = (project_number, channel)
        with self._lock:
            if lost:
                self._lost[topic] += lost
            self._inbox.extend((topic, message) for message in messages)
            while len(self._inbox) > UNDELIVERED:
                self._lost[self._inbox.popleft()[0]] += 1
            is_called, self._is_called = self._is_called, True
            loop = self._loop
        if not is_called and loop is not None:
            try:
                loop.call_soon_threadsafe(self._deliver)
            except RuntimeError:  # the loop has ended, and with it whoever listened
                self._is_called = False

    def _deliver(self) -> None:
        """On the event loop: hand everything that waits to whoever listens to it."""
        with self._lock:
            inbox, self._inbox = self._inbox, deque()
            lost, self._lost = self._lost, Counter()
            self._is_called = False
        for topic, count in lost.items():
            for reader in self._readers.get(topic, ()):
                reader._lose(count)
        for topic, message in inbox:
            for reader in self._readers.get(topic, ()):
                reader.put(message)

    def _add(self, topic: Topic, reader: Reader) -> None:
        self._readers.setdefault(topic, set()).add(reader)

    def _remove(self, topic: Topic, reader: Reader) -> None:
        readers = self._readers.get(topic, set())
        readers.discard(reader)
        if not readers:
            self._readers.pop(topic, None)
