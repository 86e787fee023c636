"""POST /v1/replay as a plain ASGI function: its bodies are larger than what the API takes.

`sent_at` in the query (milliseconds, as the browser's clock tells them) corrects a clock that is over 5 s wrong, as
with events: a chunk stays as it came, but the times that are told of it are moved, and the player moves what is in it
along.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

from gosight.config import MIB, Config
from gosight.control import Directory, Project, senders
from gosight.events import MAX_ID
from gosight.kit.addresses import networks, sender_address
from gosight.kit.clock import Clock
from gosight.kit.errors import BadRequest, DiskFull, Forbidden, GoSightError, field_error
from gosight.kit.operator import Operator
from gosight.kit.wire.asgi import Headers, Inlet, answer_post, drain, encoding
from gosight.kit.wire.types import Receive, Scope, Send
from gosight.replay import recording
from gosight.replay.model import MAX_INDEX
from gosight.replay.outages import Outages
from gosight.replay.recording import Recording
from gosight.replay.recordings import Recordings, Sent
from gosight.store.disk import Disk

MAX_DIGITS = 15
"""Of a time in milliseconds: some 30,000 years."""


class ReplayEndpoint:
    """The ASGI function and what it keeps between requests. Lives on the event loop."""

    def __init__(
        self,
        config: Config,
        directory: Directory,
        recordings: Recordings,
        outages: Outages,
        operator: Operator,
        clock: Clock,
    ) -> None:
        self._directory = directory
        self._recordings = recordings
        self._outages = outages
        self._operator = operator
        self._clock = clock
        self._trusted = networks(config.server.trusted_proxies)
        self._largest = config.storage.replay_chunk_max_bytes
        self._disk = Disk(config.data_dir, config.storage.replay_min_free_bytes)
        self.inlet = Inlet(
            "chunk",
            largest=self._largest,
            waiting=config.limits.replay_queue_mb * MIB,
            too_many="too many recordings are waiting for the disk; nothing was kept",
        )
        self._looker = ThreadPoolExecutor(1, thread_name_prefix="replay-look")
        """One at a time, so that one unpacked chunk is in memory."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await answer_post(scope, receive, send, self._post)

    async def _post(self, scope: Scope, headers: Headers, receive: Receive) -> bytes:
        project = senders.project(self._directory, headers, scope["query_string"])
        try:
            self._need_room(project)
            sent = self._sent(scope, headers)
        except GoSightError:
            await drain(receive)
            raise
        body = await self.inlet.body(headers, receive)
        with self.inlet.holding(len(body)):
            found = await self._looked_at(body, encoding(headers))
            events = await self._recordings.store(project, sent, found)
        return b'{"success":true,"data":{"index":%d,"events":%d}}' % (sent.index, events)

    def _need_room(self, project: Project) -> None:
        """Raises where nothing is recorded: the project wants none, or the disk is nearly full."""
        if not project.settings.events.replay:
            raise Forbidden("this project records no replays: stop recording")
        if self._disk.full():
            self._outages.note()
            raise DiskFull("the server's disk is nearly full: recordings are refused, events are still taken")

    def _sent(self, scope: Scope, headers: Headers) -> Sent:
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        asked = {name: values[0] for name, values in query.items()}
        operator = self._operator.sent(headers)
        agent = headers.get(b"user-agent")
        return Sent(
            session_id=_id("session_id", asked.get("session_id", "")),
            index=_index(asked.get("index")),
            visitor_id=_id("visitor_id", asked["visitor_id"]) if asked.get("visitor_id") else None,
            address=sender_address(scope, self._trusted, is_operator=operator),
            user_agent=agent.decode("latin-1") if agent else None,
            ahead=0 if operator else self._ahead(asked.get("sent_at")),
            by_operator=operator,
        )

    def _ahead(self, sent_at: str | None) -> int | None:
        """How far the sender's clock goes before ours. Asked before the body is read: a large one takes its time."""
        return None if sent_at is None else _time("sent_at", sent_at) - self._clock()

    async def _looked_at(self, body: bytes, packed: str) -> Recording:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._looker, recording.read, body, packed, self._largest)

    def close(self) -> None:
        self._looker.shutdown(cancel_futures=True)


def _id(field: str, text: str) -> str:
    if not 1 <= len(text) <= MAX_ID:
        message = f"{field}: expected 1 to {MAX_ID} characters in the query, got {len(text)}"
        raise BadRequest(message, details={"field": field})
    return text


def _time(field: str, text: str) -> int:
    """In microseconds."""
    if not (text.isascii() and text.isdigit()) or len(text) > MAX_DIGITS:
        raise field_error(field, "milliseconds since 1970 in the query", text)
    return int(text) * 1_000


def _index(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 4:
        raise field_error("index", f"a whole number from 0 to {MAX_INDEX} in the query", text)
    return int(text)
